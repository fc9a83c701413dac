int f(enum visit_state state)
{
        switch (state) {
        case VISIT_OPEN:
                return 1;
        default:
                return 0;
        }
}
