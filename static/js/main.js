// Comfort only: every page works without these modules. Each one attaches itself to
// elements by their data- attributes.

import "./command-list.js";
import "./copy.js";
import "./dialogs.js";
import "./drafts.js";
import "./filters.js";
import "./help.js";
import "./keys.js";
import "./kept.js";
import "./live.js";
import "./presenter.js";
import "./print.js";
import "./relative-time.js";
import "./reveal.js";
import "./search-key.js";
import "./sends-itself.js";
import "./spotlight.js";
import "./split.js";
import "./theme.js";
import "./tick-all.js";
import "./tutorial-bar.js";
