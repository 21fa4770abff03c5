//! A `name=value` out of an address's query goes in; whether it tells of a click, and not of a document, comes out.

/// Query parameters that identify a click, not a document (exact names, lower case). Sources: the documentation of
/// the advertising and mailing services that append them.
const TRACKING: &[&str] = &[
    // click ids of advertisers
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ymclid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "epik",
    "rdt_cid",
    "irclickid",
    "irgwc",
    "zanpid",
    "ef_id",
    "s_kwcid",
    "wickedid",
    "rb_clickid",
    "_openstat",
    "_ga",
    "_gl",
    "srsltid",
    "sscid",
    "tblci",
    // social networks
    "igshid",
    "igsh",
    "mibextid",
    "fb_action_ids",
    "fb_action_types",
    "fb_source",
    "fb_ref",
    "ref_src",
    "ref_url",
    "__twitter_impression",
    "soc_src",
    "soc_trk",
    "sr_share",
    "vd_source",
    "share_source",
    "xhsshare",
    // mailings and campaigns
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "dm_i",
    "ml_subscriber",
    "ml_subscriber_hash",
    "elqtrackid",
    "elqtrack",
    "_ke",
    "_kx",
    "trk_contact",
    "trk_msg",
    "trk_module",
    "trk_sid",
    "campaign_id_utm",
    "ncid",
    "cmpid",
    "cmp",
    "ocid",
    "xtor",
    "s_cid",
    "smid",
    "smtyp",
    "sc_cmp",
    "wprov",
    "ftag",
    "cvid",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "wt_mc",
    "wt_zmc",
    "ns_mchannel",
    "ns_campaign",
    "ns_source",
    "ns_linkname",
    "ns_fee",
    "spm",
    "scm",
    "mtm_cid",
];

/// Beginnings of such names.
const TRACKING_PREFIXES: &[&str] =
    &["utm_", "mtm_", "matomo_", "piwik_", "pk_", "hsa_", "at_", "itm_", "vero_", "oly_", "stm_", "sc_camp"];

/// Names that tell where a reader came from when their value says so, and may tell a document when it does not.
const ORIGINS: &[&str] = &["ref", "source", "src", "from", "via", "origin", "rss", "feed"];

/// Values of [`ORIGINS`] that name a way here.
const WAYS: &[&str] = &[
    "rss",
    "feed",
    "rssfeed",
    "rss_feed",
    "rss-feed",
    "atom",
    "feedburner",
    "twitter",
    "x",
    "facebook",
    "fb",
    "linkedin",
    "telegram",
    "reddit",
    "newsletter",
    "email",
    "share",
    "social",
    "homepage",
    "hp",
    "googlenews",
];

/// True for a `name=value` that tells of a click; `host` is the address's own.
pub(super) fn is_tracking(pair: &str, host: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    if TRACKING.contains(&name.as_str()) || TRACKING_PREFIXES.iter().any(|start| name.starts_with(start)) {
        return true;
    }
    match name.as_str() {
        // The AMP version of the same page.
        "amp" => matches!(value.as_str(), "" | "1" | "true"),
        "outputtype" => value == "amp",
        // `?rss=1`, `?feed=rss` at the end of an article's address.
        "rss" if value == "1" => true,
        name if ORIGINS.contains(&name) => WAYS.contains(&value.as_str()) || value == host,
        _ => false,
    }
}
