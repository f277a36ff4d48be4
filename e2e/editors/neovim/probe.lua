-- Neovim's built-in client against the server: diagnostics, one quick fix, and gone. Written for 0.7 and up.
-- nvim --headless --clean -u NONE -S probe.lua
local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local buffer, id, fail = dofile(here .. '/start.lua')()
local wanted = vim.env.FLOODGATE_ACTION
local function say(text) io.stdout:write(text .. '\n') end

if not vim.wait(15000, function() return #vim.diagnostic.get(buffer) > 0 end, 10) then fail('no diagnostics') end
local diagnostic = vim.diagnostic.get(buffer)[1]
say(string.format('diagnostic %d:%d %s', diagnostic.lnum + 1, diagnostic.col + 1, diagnostic.message))

vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, diagnostic.lnum) }
local response = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 10000)
local actions = response and response[id] and response[id].result or {}
local action
for _, candidate in ipairs(actions) do
  say('action ' .. candidate.title)
  if not action and candidate.title:find(wanted, 1, true) then action = candidate end
end
if not action then fail('there is no action "' .. wanted .. '"') end
local client = vim.lsp.get_client_by_id(id)
if not action.edit then action = client.request_sync('codeAction/resolve', action, 10000, buffer).result end
vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
if not vim.wait(10000, function() return #vim.diagnostic.get(buffer) == 0 end, 10) then fail('the diagnostic stayed') end
say('cleared')
vim.cmd('silent wall')
client.stop()
vim.wait(5000, function() return client.is_stopped() end, 10)
say('stopped ' .. tostring(client.is_stopped()))
vim.cmd('qall!')
