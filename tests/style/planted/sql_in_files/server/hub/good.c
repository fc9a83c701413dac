const char *text = "Select a store";
