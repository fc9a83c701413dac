long f(void)
{
        return clock_mono() + deadline_time(3);
}
