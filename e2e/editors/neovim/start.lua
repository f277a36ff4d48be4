-- Opens the project's file and starts Neovim's built-in client on it; for the scripts that then use it.
-- local buffer, id, fail = dofile('start.lua')({ settings = { defaultLimit = 6 } })
return function(init_options)
  local folder = vim.env.FLOODGATE_WORKSPACE
  local function fail(text) io.stdout:write('FAIL ' .. text .. '\n'); vim.cmd('cquit 1') end

  vim.opt.swapfile = false
  vim.cmd('edit ' .. folder .. '/src/app.ts')
  vim.bo.filetype = 'typescript'
  local buffer = vim.api.nvim_get_current_buf()
  local id = vim.lsp.start_client({
    name = 'floodgate',
    cmd = { vim.env.FLOODGATE_NODE, vim.env.FLOODGATE_SERVER, '--stdio' },
    root_dir = folder,
    workspace_folders = { { uri = vim.uri_from_fname(folder), name = 'workspace' } },
    init_options = init_options,
  })
  if not id then fail('the client did not start') end
  vim.lsp.buf_attach_client(buffer, id)
  return buffer, id, fail
end
