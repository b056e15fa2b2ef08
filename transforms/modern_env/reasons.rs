//! Why an ENV or LABEL stays in its old form.

use crate::reasons::reasons;

reasons! {
    ONBUILD = "onbuild", "the image holds the text of ONBUILD as it stands";
    ODD_NAME = "odd-name", "the name is more than letters, digits and `_.-/`";
    COMMENT_BETWEEN = "comment-between", "a comment stands between the name and its value";
    STRAY_EQUALS = "stray-equals", "the value begins with `=`, which is hardly meant";
    SEVERAL_PAIRS = "several-pairs", "further pairs seem to follow, which the builder takes for part of the value";
    UNBALANCED_QUOTES = "unbalanced-quotes", "a quotation or expansion does not end, or nothing follows an escape character";
    LOST_ESCAPE = "lost-escape", "the builder drops an escape character that the author seems to want";
    QUOTES_IN_EXPANSION = "quotes-in-expansion", "an expansion holds quotes or escape characters";
    LINE_EDGE = "line-edge", "without a quote, the end or the start of a line would mean something else";
}
