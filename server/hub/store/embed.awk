# Turns SQL files into lists for the C preprocessor, so that no SQL stands in C:
#   kind=statements   --! name            -> STATEMENT(NAME, "...")
#   kind=settings     --! name = value    -> SETTING(name, "value", "...")
#   kind=migrations   one file NNNN_x.sql -> MIGRATION(N, "...") with user_version set at its end
#   kind=classes      one name a line       -> SENSITIVE("...")
# Comment lines are left out, everything else goes in word for word.
function flush_entry() {
        if (head != "" && kind == "migrations")
                body = body quoted("PRAGMA user_version = " version ";")
        if (head != "")
                print head ",\n" body ")"
        head = ""
        body = ""
}
function quoted(s) {
        gsub(/\\/, "\\\\", s)
        gsub(/"/, "\\\"", s)
        return "        \"" s "\\n\"\n"
}
FNR == 1 && kind == "migrations" {
        flush_entry()
        n = FILENAME
        sub(/.*\//, "", n)
        sub(/_.*/, "", n)
        version = n + 0
        head = "MIGRATION(" version
}
/^--! / && kind == "statements" {
        flush_entry()
        head = "STATEMENT(" toupper($2)
        next
}
/^--! / && kind == "settings" {
        flush_entry()
        head = "SETTING(" $2 ", \"" $4 "\""
        next
}
kind == "classes" {
        gsub(/^[ \t]+|[ \t]+$/, "")
        if ($0 != "" && $0 !~ /^#/ && $0 !~ /["\\]/)
                print "SENSITIVE(\"" $0 "\")"
        next
}
/^[ \t]*--/ || /^[ \t]*$/ { next }
{
        if (head == "") {
                print "embed.awk: " FILENAME ":" FNR ": text before the first name" > "/dev/stderr"
                exit 1
        }
        body = body quoted($0)
}
END { flush_entry() }
