//! Redirections, with the texts of here-documents.

use std::borrow::Cow;
use std::sync::Arc;

use dockslim_syntax::Span;
use dockslim_syntax::shell::{Command, Redirect};

use super::control::Want;
use super::state::State;
use super::words::Words;
use super::{Shell, tokens};
use crate::program::{Action, Block, Call, Demand, Text};

impl<'t> Shell<'t, '_> {
    /// Opens the files of a compound command, as a step of its own.
    pub(super) fn open(
        &mut self,
        command: &'t Command,
        demand: Demand,
        want: Want,
        state: &mut State,
        out: &mut Block<'t>,
    ) {
        let texts = command.redirects.iter().map(|redirect| self.shell_redirect(redirect));
        let texts: Vec<String> = texts.collect();
        // Opening the files may fail. In busybox ash errexit does not see that, in other shells it does.
        let demand = match demand {
            Demand::Must if want == Want::Ignored => Demand::Unsure,
            demand => demand,
        };
        let call = Call {
            words: Vec::new(),
            assignments: Vec::new(),
            redirects: texts.iter().cloned().map(Cow::Owned).collect(),
            inner: Vec::new(),
            state: self.number(state),
            stale: false,
            leaves: false,
            history: None,
        };
        let demand = if demand == Demand::Status { Demand::Ignored } else { demand };
        self.push(out, Action::Call(call), demand, command.span);
        Arc::make_mut(&mut state.seen.redirects).extend(texts);
    }

    /// A redirection of a compound command.
    fn shell_redirect(&mut self, redirect: &'t Redirect) -> String {
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
