;;; dockslim.el --- Dockerfiles that build smaller images -*- lexical-binding: t -*-

;;; Commentary:

;; Emacs 29 and newer: Eglot starts the language server in `dockerfile-ts-mode' and `dockerfile-mode', and all safe rewrites are
;; made on save.

;;; Code:

(require 'eglot)

(defgroup dockslim nil
  "Dockerfiles that build smaller images."
  :group 'tools)

(defcustom dockslim-command '("dockslim" "lsp")
  "How the language server is started."
  :type '(repeat string))

(defcustom dockslim-fix-on-save t
  "Whether all safe rewrites are made on save."
  :type 'boolean)

(defcustom dockslim-format-on-save nil
  "Whether the buffer is laid out on save, behind the rewrites."
  :type 'boolean)

(add-to-list 'eglot-server-programs
             `((dockerfile-ts-mode dockerfile-mode) . ,dockslim-command))

(defun dockslim-fix-all ()
  "Make all safe rewrites of this buffer."
  (interactive)
  (when (eglot-managed-p)
    (ignore-errors
      (eglot-code-actions (point-min) (point-max) "source.fixAll.dockslim" t))))

(defun dockslim--before-save ()
  "Make all safe rewrites, and lay out the buffer, if that is wanted."
  (when dockslim-fix-on-save
    (dockslim-fix-all))
  (when (and dockslim-format-on-save (eglot-managed-p))
    (eglot-format-buffer)))

(defun dockslim-setup ()
  "Start the language server for this buffer."
  (eglot-ensure)
  (add-hook 'before-save-hook #'dockslim--before-save nil t))

(add-hook 'dockerfile-ts-mode-hook #'dockslim-setup)
(add-hook 'dockerfile-mode-hook #'dockslim-setup)

(provide 'dockslim)
;;; dockslim.el ends here
