#!/usr/bin/env bash
# Builds, signs and notarises Cloakroom.app on a Mac with Apple silicon. Never run here: no Mac.
#     installers/macos/build.sh "Developer ID Application: NAME (TEAM)" KEYCHAIN-PROFILE
# Without arguments it builds the app unsigned. The profile is made once with
#     xcrun notarytool store-credentials KEYCHAIN-PROFILE
set -euo pipefail
cd "$(dirname "$0")/../.."
identity="${1:-}" profile="${2:-}"
python=.venv/bin/python
tools=build/pyinstaller

[ -d "$tools/PyInstaller" ] || "$python" -m pip install -q --target "$tools" pyinstaller==6.22.3
set_of=build/icons/cloakroom.iconset
mkdir -p "$set_of"
for side in 16 32 128 256 512; do
    for scale in 1 2; do
        name="icon_${side}x${side}$([ "$scale" = 2 ] && echo @2x || true).png"
        PYTHONPATH=installers "$python" -c "import sys; from pathlib import Path
from build_linux import draw_icon; draw_icon(Path(sys.argv[1]), int(sys.argv[2]))" \
            "$set_of/$name" $((side * scale))
    done
done
iconutil -c icns -o build/icons/cloakroom.icns "$set_of"
PYTHONPATH="$tools:." "$python" -m PyInstaller --noconfirm --distpath dist \
    --workpath build/frozen installers/cloakroom.spec
app=dist/Cloakroom.app
"$python" installers/licences.py "$app/Contents/Resources/licences.html"

if [ -n "$identity" ]; then
    codesign --force --deep --timestamp --options runtime \
        --entitlements installers/macos/entitlements.plist --sign "$identity" "$app"
    ditto -c -k --keepParent "$app" dist/Cloakroom.zip
    xcrun notarytool submit dist/Cloakroom.zip --keychain-profile "$profile" --wait
    xcrun stapler staple "$app"
fi
hdiutil create -volname Cloakroom -srcfolder "$app" -ov -format UDZO dist/Cloakroom.dmg
"$python" installers/smoke.py "$app/Contents/MacOS/cloakroom"
