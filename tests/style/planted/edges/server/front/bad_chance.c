void f(void *out)
{
        randombytes_buf(out, 4);
}
