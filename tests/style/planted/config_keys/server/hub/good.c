int f(const struct config *c)
{
        return c->door_step_s;
}
