/* system("x") in a comment and "rand()" in a text are no calls. */
const char *f(struct thing *thing)
{
        thing->random(1);
        my_system(2);
        return "rand()";
}
