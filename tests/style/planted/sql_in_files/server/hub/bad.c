const char *sql = "SELECT name FROM person";
