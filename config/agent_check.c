#include "config/config.h"

int config_check(const char *path, const struct config *config, struct config_error *error)
{
        enum { HOSTAPD, UBUS, FAKE }; /* the order of ap.kind's words */
        if (config->ap_kind == FAKE && config->ap_script[0] == '\0')
                return config_fail(
                        error, 0, "%s: ap.kind is fake but ap.script is empty; name the script", path);
        if (config->ap_kind == HOSTAPD && (config->ap_socket[0] == '\0' || config->ap_own[0] == '\0'))
                return config_fail(error, 0,
                        "%s: ap.socket or ap.own is empty; both are needed to speak with hostapd", path);
        if (config->hub_file[0] == '\0')
                return config_fail(
                        error, 0, "%s: hub.file is empty; name the file that pairing writes", path);
        return 0;
}
