# Prints the browser that the tests drive. With --install, and as root on Debian, fetches Debian's where there is none,
# and libatomic1, which the program between the tests and the browser (Playwright's driver) needs and a bare Debian lacks.
packages="chromium fonts-noto-color-emoji libatomic1"
find_browser() {
    for name in "$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable chrome \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    return 1
}

has_libatomic() {
    [ "$(uname -s)" != Linux ] || ! command -v ldconfig >/dev/null || ldconfig -p | grep -q 'libatomic\.so\.1'
}

has_libatomic && find_browser && exit 0
if [ "$1" = --install ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -e /etc/debian_version ]; then
    echo "Installing Debian's Chromium for the browser tests…" >&2
    if find_browser >/dev/null; then packages=libatomic1; fi
    # shellcheck disable=SC2086 # a list of names
    apt-get update -qq >&2 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    has_libatomic && find_browser && exit 0
fi
echo "The browser tests need Chromium or Chrome (and on Linux libatomic), which are not installed." >&2
echo "Debian, Ubuntu: apt-get install --no-install-recommends $packages" >&2
echo "Elsewhere: install Chrome or Chromium; one in an unusual place: make test CHROMIUM=/path/to/it" >&2
exit 1
