//! Redirections, with the texts of here-documents.

use std::borrow::Cow;

use dockslim_syntax::Span;
use dockslim_syntax::shell::Redirect;

use super::words::Words;
use super::{Shell, tokens};
use crate::program::Text;

impl<'t> Shell<'t, '_> {
    /// A redirection of a compound command.
    pub(super) fn shell_redirect(&mut self, redirect: &'t Redirect) -> String {
        let mut writer = Words::of(self.setting.dockerfile);
        let text = self.redirect(redirect, &mut writer);
        self.unread |= writer.unread;
        if writer.inner.is_empty() {
            return text.into_owned();
        }
        tokens(self.setting.dockerfile, redirect.span)
    }

    /// A redirection, with the text of a here-document.
    pub(super) fn redirect(
        &mut self,
        redirect: &'t Redirect,
        writer: &mut Words<'t, 't>,
    ) -> Text<'t> {
        let dockerfile = self.setting.dockerfile;
        let sign = dockerfile.text(redirect.operator);
        let descriptor = redirect.descriptor.map(|span| dockerfile.text(span)).unwrap_or_default();
        if redirect.heredoc {
            let covers = |opener: Span| {
                opener.start <= redirect.operator.start && redirect.operator.start < opener.end
            };
            let Some(heredoc) =
                self.setting.heredocs.iter().find(|document| covers(document.opener))
            else {
                self.unread = true;
                return sign;
            };
            let number =
                self.setting.heredocs.iter().position(|other| std::ptr::eq(other, heredoc));
            self.claimed = self.claimed.max(number.map_or(0, |number| number + 1));
            let expand = if heredoc.expand { "$" } else { "" };
            let body = dockerfile.raw(heredoc.body);
            return Cow::Owned(format!("{descriptor}{sign}{expand}\n{body}"));
        }
        let target = writer.word(&redirect.target);
        Cow::Owned(format!("{descriptor}{sign}{target}"))
    }
}
