#include "agent/ap.h"

struct ap *ap_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink)
{
        switch (options->kind) {
        case AGENT_AP_HOSTAPD:
                return ap_hostapd_open(loop, options, sink);
        case AGENT_AP_UBUS:
                return ap_ubus_open(loop, options, sink);
        case AGENT_AP_FAKE:
                return ap_fake_open(loop, options, sink);
        }
        return NULL;
}
