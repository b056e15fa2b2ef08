-- dockslim for Neovim 0.7 and newer: starts the language server for Dockerfiles, and makes all safe rewrites on save.
-- Set `vim.g.dockslim_fix_on_save = false` to be asked instead, `vim.g.dockslim_format_on_save = true` to have files laid out on save,
-- and `vim.g.dockslim_command` to name the program.

local group = vim.api.nvim_create_augroup("dockslim", { clear = true })
-- One server for all buffers.
local server

--- The server, once it has this buffer: somebody may save before it has answered for the first time.
local function client_of(buffer)
    local client = server and vim.lsp.get_client_by_id(server)
    if client then
        vim.wait(10000, function()
            return client.initialized and vim.lsp.buf_is_attached(buffer, client.id)
        end, 5)
    end
    return client
end

--- Makes the edits of `source.fixAll.dockslim` in a buffer, and waits for them: a save must not overtake them.
local function fix_all(buffer, client)
    local params = {
        textDocument = vim.lsp.util.make_text_document_params(buffer),
        range = {
            start = { line = 0, character = 0 },
            ["end"] = { line = vim.api.nvim_buf_line_count(buffer), character = 0 },
        },
        context = { only = { "source.fixAll.dockslim" }, diagnostics = {} },
    }
    local answer = client.request_sync("textDocument/codeAction", params, 10000, buffer)
    for _, action in ipairs(answer and answer.result or {}) do
        if action.edit then
            vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
        end
    end
end

--- Applies edits. Neovim ends a last line without a newline itself when it saves, unless it is told not to; where an edit has done so, too, an
--- empty line would be left behind it.
local function apply(edits, buffer, client)
    local options = vim.bo[buffer]
    local ends = options.fixendofline and not options.binary and not options.endofline
    local function last()
        return vim.api.nvim_buf_get_lines(buffer, -2, -1, false)[1]
    end
    local open = last() ~= ""
    vim.lsp.util.apply_text_edits(edits, buffer, client.offset_encoding)
    if ends and open and last() == "" then
        vim.api.nvim_buf_set_lines(buffer, -2, -1, false, {})
    end
end

--- Lays out a buffer as `dockslim fmt` does; what the options say of tabs is for servers that ask.
local function format(buffer, client)
    local params = {
        textDocument = vim.lsp.util.make_text_document_params(buffer),
        options = { tabSize = vim.lsp.util.get_effective_tabstop(buffer), insertSpaces = true },
    }
    local answer = client.request_sync("textDocument/formatting", params, 10000, buffer)
    if answer and answer.result then
        apply(answer.result, buffer, client)
    end
end

vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = "dockerfile",
    callback = function(event)
        local buffer = event and event.buf or vim.api.nvim_get_current_buf()
        if not server or not vim.lsp.get_client_by_id(server) then
            server = vim.lsp.start_client({
                name = "dockslim",
                cmd = { vim.g.dockslim_command or "dockslim", "lsp" },
                root_dir = vim.fn.getcwd(),
                on_exit = function()
                    server = nil
                end,
            })
        end
        if server then
            vim.lsp.buf_attach_client(buffer, server)
        end
        vim.api.nvim_create_autocmd("BufWritePre", {
            group = group,
            buffer = buffer,
            callback = function()
                local fixes = vim.g.dockslim_fix_on_save ~= false
                local formats = vim.g.dockslim_format_on_save == true
                local client = (fixes or formats) and client_of(buffer)
                if client and fixes then
                    fix_all(buffer, client)
                end
                if client and formats then
                    format(buffer, client)
                end
            end,
        })
    end,
})
