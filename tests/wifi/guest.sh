# shellcheck shell=bash
# Makes the guest out of Debian packages that are unpacked, not installed: a kernel (vmlinux: its packed form takes an emulated
# processor eight seconds to unpack) and a first file system with hostapd, wpa_supplicant and simulated radios.
# Sourced; guest_build FOLDER makes FOLDER/vmlinux and FOLDER/base.cpio, once a kernel version.

guest_packages=(hostapd wpasupplicant iw busybox-static kmod libnl-3-200 libnl-genl-3-200 libnl-route-3-200 libpcsclite1
        libdbus-1-3 libreadline8)

guest_unpack() { # FOLDER KERNEL_PACKAGE
        local deb name
        local -a names=("$2")
        rm -rf "$1/debs" "$1/root"
        mkdir -p "$1/debs" "$1/root"
        for name in "${guest_packages[@]}"; do # some libraries got another name in Debian 13
                apt-cache show "$name" >/dev/null 2>&1 && names+=("$name") || names+=("${name}t64")
        done
        (cd "$1/debs" && apt-get download "${names[@]}") >"$1/download.log" 2>&1 || { tail -n 5 "$1/download.log" && return 1; }
        for deb in "$1"/debs/*.deb; do
                case $deb in
                */linux-image*)
                        # Four hundred megabytes unpacked: only what the radios and the network need.
                        dpkg --fsys-tarfile "$deb" | tar -x -C "$1/root" --wildcards './boot/vmlinuz*' './lib/modules/*/modules.*' \
                                './lib/modules/*/kernel/net/*' './lib/modules/*/kernel/crypto/*' './lib/modules/*/kernel/lib/*' \
                                './lib/modules/*/kernel/arch/*/crypto/*' './lib/modules/*/kernel/drivers/virtio/*' \
                                './lib/modules/*/kernel/drivers/net/*.ko*' \
                                './lib/modules/*/kernel/drivers/net/wireless/mac80211_hwsim*' \
                                './lib/modules/*/kernel/drivers/net/wireless/virtual/*' 2>/dev/null
                        ;;
                *) dpkg -x "$deb" "$1/root" ;;
                esac
        done
        rm -rf "$1/debs"
}

# guest_program TREE PROGRAM LIBRARIES...: a program with every library that it is linked to.
guest_program() {
        local tree=$1 program=$2 to=$3 lib
        install -D "$program" "$tree$to"
        LD_LIBRARY_PATH=${GUEST_LIBS:-} ldd "$program" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' | while read -r lib; do
                case $lib in
                */ld-linux*) [[ -e $tree$lib ]] || install -D "$(readlink -f "$lib")" "$tree/lib64/$(basename "$lib")" ;;
                *) [[ -e $tree/lib/$(basename "$lib") ]] || install -D "$(readlink -f "$lib")" "$tree/lib/$(basename "$lib")" ;;
                esac
        done
}

# In the order in which they must be loaded; some builds compress them.
guest_modules() { # ROOT TREE VERSION
        local module file name
        depmod -b "$1" "$3"
        mkdir -p "$2/modules"
        : >"$2/modules/order"
        for module in virtio_pci virtio_net ccm cmac gcm ctr mac80211_hwsim; do
                modprobe -d "$1" -S "$3" --show-depends "$module" 2>/dev/null | awk '$1 == "insmod" { print $2 }'
        done | awk '!seen[$0]++' | while read -r file; do
                name=$(basename "$file" .xz)
                case $file in
                *.xz) xz -dc "$file" >"$2/modules/$name" ;;
                *) cp "$file" "$2/modules/$name" ;;
                esac
                echo "$name" >>"$2/modules/order"
        done
}

guest_pack() { (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --owner 0:0); }

guest_kernel() { # VMLINUZ OUT: what is packed in it, found by the mark of xz
        local at
        at=$(LC_ALL=C grep -abom1 -P '\xfd7zXZ\x00' "$1" | head -n 1 | cut -d: -f1)
        tail -c +$((at + 1)) "$1" | xz -dc >"$2" 2>/dev/null # it complains of what follows; the output is whole
        head -c 4 "$2" | grep -q ELF
}

guest_build() { # with the folder of init and of this file in $here
        : "${here:?}"
        local out=$1 kernel version tree name
        kernel=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-[0-9]/ { print $2; exit }')
        version=${kernel#linux-image-}
        [[ -n $version ]] || return 1
        [[ -f $out/made-for && $(cat "$out/made-for") == "$version $(cksum <"$here/init") $(cksum <"$here/guest.sh")" ]] && return 0
        guest_unpack "$out" "$kernel" || return 1
        tree=$out/tree
        rm -rf "$tree"
        mkdir -p "$tree"/{bin,sbin,lib,lib64,usr/bin,usr/sbin,proc,sys,dev,run,tmp,etc,root}
        cp "$out/root/bin/busybox" "$tree/bin/busybox" 2>/dev/null || cp "$out/root/usr/bin/busybox" "$tree/bin/busybox"
        for name in $("$tree/bin/busybox" --list); do [[ -e $tree/bin/$name ]] || ln -s busybox "$tree/bin/$name"; done
        export GUEST_LIBS=$out/root/usr/lib/x86_64-linux-gnu:$out/root/lib/x86_64-linux-gnu
        for name in hostapd hostapd_cli wpa_supplicant wpa_cli iw; do
                guest_program "$tree" "$(find "$out/root" -type f -name "$name" -path '*bin/*' | head -n 1)" "/usr/sbin/$name"
        done
        guest_modules "$out/root" "$tree" "$version"
        install -m755 "$here/init" "$tree/init"
        printf 'root:x:0:0:root:/root:/bin/sh\n' >"$tree/etc/passwd"
        guest_pack "$tree" >"$out/base.cpio"
        guest_kernel "$out/root/boot/vmlinuz-$version" "$out/vmlinux" || return 1
        rm -rf "$out/root" "$tree"
        echo "$version $(cksum <"$here/init") $(cksum <"$here/guest.sh")" >"$out/made-for"
}
