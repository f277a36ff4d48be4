-- What is recorded of Neovim: reading, typing, breaking, fixing, undoing, fixing all. Written for 0.7 and up.
-- nvim --headless --clean -u NONE -S session.lua
local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local start = dofile(here .. '/../../../../e2e/editors/neovim/start.lua')
local buffer, id, fail = start({ settings = { defaultLimit = 6, inlayHints = true } })
vim.opt.undolevels = 1000
local client = vim.lsp.get_client_by_id(id)

local function shown() return vim.diagnostic.get(buffer) end
local function until_shown(count, what)
  if not vim.wait(20000, function() return #shown() == count end, 10) then fail(what .. ': ' .. #shown() .. ' shown') end
end
local function ask(method, params)
  local answer = client.request_sync(method, params, 10000, buffer)
  if not answer or answer.err then fail(method .. ': ' .. vim.inspect(answer)) end
  return answer.result
end
local function type_at(row, column, text) vim.api.nvim_buf_set_text(buffer, row, column, row, column, { text }) end
local function at_diagnostic()
  local diagnostic = shown()[1]
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  return diagnostic
end
local function apply(action)
  if not action.edit then action = ask('codeAction/resolve', action) end
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
end
local function actions(only)
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, params.range.start.line), only = only }
  return ask('textDocument/codeAction', params) or {}
end

until_shown(1, 'opened')
at_diagnostic()
ask('textDocument/hover', vim.lsp.util.make_position_params())
ask('workspace/executeCommand', { command = 'floodgate.server.explain', arguments = { vim.lsp.util.make_position_params() } })
for letter in ('// a note'):gmatch('.') do
  type_at(1, #vim.api.nvim_buf_get_lines(buffer, 1, 2, true)[1], letter)
  vim.wait(20)
end
type_at(2, 0, '{ ')
until_shown(0, 'broken')
vim.api.nvim_buf_set_text(buffer, 2, 0, 2, 2, {})
until_shown(1, 'mended')
at_diagnostic()
local wanted
for _, action in ipairs(actions()) do
  if not wanted and action.title:find('mapLimit', 1, true) then wanted = action end
end
if not wanted then fail('no quick fix') end
apply(wanted)
until_shown(0, 'fixed')
vim.cmd('silent undo')
until_shown(1, 'undone')
at_diagnostic()
ask('textDocument/inlayHint', { textDocument = vim.lsp.util.make_text_document_params(), range = { start = { line = 0, character = 0 }, ['end'] = { line = 20, character = 0 } } })
local all = actions({ 'source.fixAll.floodgate' })[1]
if not all then fail('no fix all') end
apply(all)
until_shown(0, 'all fixed')
vim.cmd('silent write')
vim.cmd('silent bdelete')
client.stop()
vim.wait(5000, function() return client.is_stopped() end, 10)
vim.cmd('qall!')
