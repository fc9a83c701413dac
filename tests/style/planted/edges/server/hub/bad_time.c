long f(void)
{
        return (long)time(NULL);
}
