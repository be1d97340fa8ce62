# Prints the browser that the tests drive. With --install, and as root on Debian, fetches Debian's where there is none.
find_browser() {
    for name in "$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable chrome \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    return 1
}

find_browser && exit 0
if [ "$1" = --install ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -e /etc/debian_version ]; then
    echo "Installing Debian's Chromium for the browser tests…" >&2
    apt-get update -qq >&2 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null
    find_browser && exit 0
fi
echo "The browser tests need Chromium or Chrome, and none is installed." >&2
echo "Debian, Ubuntu: apt-get install --no-install-recommends chromium fonts-noto-color-emoji" >&2
echo "Elsewhere: install Chrome or Chromium; one in an unusual place: make test CHROMIUM=/path/to/it" >&2
exit 1
