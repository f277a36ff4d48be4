#!/usr/bin/env bash
# Installs the editors that the tests drive: VS Code (code-server on its own Node), Chromium, Neovim, Emacs with eglot.
# Needs Debian or Ubuntu, root or passwordless sudo for apt, and an npm registry. About 700 MB, one to two minutes.
# Nothing is compiled: the parts of VS Code that would be (log files, terminals, Kerberos) are not used by the tests.
set -euo pipefail
cd "$(dirname "$0")"

packages=()
command -v chromium > /dev/null || packages+=(chromium fonts-dejavu-core)
command -v nvim > /dev/null || packages+=(neovim)
command -v emacs > /dev/null || packages+=(emacs-nox)
[ -d /usr/share/emacs/site-lisp/elpa-src ] && compgen -G "/usr/share/emacs/site-lisp/elpa-src/eglot-*" > /dev/null || packages+=(elpa-eglot)
if [ ${#packages[@]} -gt 0 ]; then
  apt=(apt-get)
  [ "$(id -u)" = 0 ] || apt=(sudo -n apt-get)
  "${apt[@]}" update -qq
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -qq --no-install-recommends "${packages[@]}"
fi

stamp=node_modules/.installed
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --ignore-scripts --no-audit --no-fund
  PATH="$PWD/node_modules/node-linux-$(node -p process.arch)/bin:$PATH"
  for folder in vscode vscode/extensions; do
    (cd "node_modules/code-server/lib/$folder" && npm install --omit=dev --ignore-scripts --no-audit --no-fund)
  done
  cp package-lock.json "$stamp"
fi
# It writes a settings file before it says anything.
XDG_CONFIG_HOME="$PWD/node_modules/.config" \
  "node_modules/node-linux-$(node -p process.arch)/bin/node" node_modules/code-server/out/node/entry.js --version
