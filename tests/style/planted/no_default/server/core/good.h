enum visit_state { VISIT_OPEN, VISIT_OVER };
