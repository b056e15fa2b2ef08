-- dockslim for Neovim 0.8 and newer: starts the language server for Dockerfiles, and makes all safe rewrites on save.
-- Set `vim.g.dockslim_fix_on_save = false` to be asked instead, and `vim.g.dockslim_command` to name the program.

local group = vim.api.nvim_create_augroup("dockslim", { clear = true })

--- Makes the edits of `source.fixAll.dockslim` in a buffer, and waits for them: a save must not overtake them.
local function fix_all(buffer, client)
    local last = vim.api.nvim_buf_line_count(buffer)
    local params = {
        textDocument = vim.lsp.util.make_text_document_params(buffer),
        range = { start = { line = 0, character = 0 }, ["end"] = { line = last, character = 0 } },
        context = { only = { "source.fixAll.dockslim" }, diagnostics = {} },
    }
    local answer = client.request_sync("textDocument/codeAction", params, 3000, buffer)
    for _, action in ipairs(answer and answer.result or {}) do
        if action.edit then
            vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
        end
    end
end

vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = "dockerfile",
    callback = function(event)
        local name = vim.api.nvim_buf_get_name(event.buf)
        local marks = vim.fs.find({ "dockslim.toml", ".git" }, { path = vim.fs.dirname(name), upward = true })
        local id = vim.lsp.start({
            name = "dockslim",
            cmd = { vim.g.dockslim_command or "dockslim", "lsp" },
            root_dir = vim.fs.dirname(marks[1] or name),
        })
        if not id then
            return
        end
        vim.api.nvim_create_autocmd("BufWritePre", {
            group = group,
            buffer = event.buf,
            callback = function()
                local client = vim.lsp.get_client_by_id(id)
                if client and vim.g.dockslim_fix_on_save ~= false then
                    fix_all(event.buf, client)
                end
            end,
        })
    end,
})
