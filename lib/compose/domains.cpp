// clang-format off
// Made by tests/oracles/make_tables.mjs on 2026-11-24; not to be edited by hand.
// Source: the lists of top-level domains in npm twitter-text 3.1.0 (of 2018, some of which are gone) and
// npm tlds 1.261.0 (IANA's list), which @atproto/api 0.21.0 asks.
#include "compose/domains.h"

#include <algorithm>
#include <array>

namespace crier {
namespace {

/// In ASCII, in order.
constexpr std::array<std::string_view, 1283> known_to_both{{
  "aaa", "aarp", "abb", "abbott", "abbvie", "abc", "able", "abogado", "abudhabi", "ac",
  "academy", "accenture", "accountant", "accountants", "aco", "actor", "ad", "ads", "adult",
  "ae", "aeg", "aero", "aetna", "af", "afl", "africa", "ag", "agakhan", "agency", "ai", "aig",
  "airbus", "airforce", "airtel", "akdn", "al", "alibaba", "alipay", "allfinanz", "allstate",
  "ally", "alsace", "alstom", "am", "americanexpress", "americanfamily", "amex", "amfam",
  "amica", "amsterdam", "analytics", "android", "anquan", "anz", "ao", "aol", "apartments",
  "app", "apple", "aq", "aquarelle", "ar", "arab", "aramco", "archi", "army", "arpa", "art",
  "arte", "as", "asda", "asia", "associates", "at", "athleta", "attorney", "au", "auction",
  "audi", "audible", "audio", "auspost", "author", "auto", "autos", "aw", "aws", "ax", "axa",
  "az", "azure", "ba", "baby", "baidu", "banamex", "band", "bank", "bar", "barcelona",
  "barclaycard", "barclays", "barefoot", "bargains", "baseball", "basketball", "bauhaus",
  "bayern", "bb", "bbc", "bbt", "bbva", "bcg", "bcn", "bd", "be", "beats", "beauty", "beer",
  "berlin", "best", "bestbuy", "bet", "bf", "bg", "bh", "bharti", "bi", "bible", "bid", "bike",
  "bing", "bingo", "bio", "biz", "bj", "black", "blackfriday", "blockbuster", "blog",
  "bloomberg", "blue", "bm", "bms", "bmw", "bn", "bnpparibas", "bo", "boats", "boehringer",
  "bofa", "bom", "bond", "boo", "book", "booking", "bosch", "bostik", "boston", "bot",
  "boutique", "box", "br", "bradesco", "bridgestone", "broadway", "broker", "brother",
  "brussels", "bs", "bt", "build", "builders", "business", "buy", "buzz", "bv", "bw", "by",
  "bz", "bzh", "ca", "cab", "cafe", "cal", "call", "calvinklein", "cam", "camera", "camp",
  "canon", "capetown", "capital", "capitalone", "car", "caravan", "cards", "care", "career",
  "careers", "cars", "casa", "case", "cash", "casino", "cat", "catering", "catholic", "cba",
  "cbn", "cbre", "cc", "cd", "center", "ceo", "cern", "cf", "cfa", "cfd", "cg", "ch", "chanel",
  "channel", "charity", "chase", "chat", "cheap", "chintai", "christmas", "chrome", "church",
  "ci", "cipriani", "circle", "cisco", "citadel", "citi", "citic", "city", "ck", "cl", "claims",
  "cleaning", "click", "clinic", "clinique", "clothing", "cloud", "club", "clubmed", "cm", "cn",
  "co", "coach", "codes", "coffee", "college", "cologne", "com", "commbank", "community",
  "company", "compare", "computer", "comsec", "condos", "construction", "consulting", "contact",
  "contractors", "cooking", "cool", "coop", "corsica", "country", "coupon", "coupons",
  "courses", "cpa", "cr", "credit", "creditcard", "creditunion", "cricket", "crown", "crs",
  "cruise", "cruises", "cu", "cuisinella", "cv", "cw", "cx", "cy", "cymru", "cyou", "cz", "dad",
  "dance", "data", "date", "dating", "datsun", "day", "dclk", "dds", "de", "deal", "dealer",
  "deals", "degree", "delivery", "dell", "deloitte", "delta", "democrat", "dental", "dentist",
  "desi", "design", "dev", "dhl", "diamonds", "diet", "digital", "direct", "directory",
  "discount", "discover", "dish", "diy", "dj", "dk", "dm", "dnp", "do", "docs", "doctor", "dog",
  "domains", "dot", "download", "drive", "dtv", "dubai", "dupont", "durban", "dvag", "dvr",
  "dz", "earth", "eat", "ec", "eco", "edeka", "edu", "education", "ee", "eg", "email", "emerck",
  "energy", "engineer", "engineering", "enterprises", "epson", "equipment", "er", "ericsson",
  "erni", "es", "esq", "estate", "et", "eu", "eurovision", "eus", "events", "exchange",
  "expert", "exposed", "express", "extraspace", "fage", "fail", "fairwinds", "faith", "family",
  "fan", "fans", "farm", "farmers", "fashion", "fast", "fedex", "feedback", "ferrari",
  "ferrero", "fi", "fidelity", "fido", "film", "final", "finance", "financial", "fire",
  "firestone", "firmdale", "fish", "fishing", "fit", "fitness", "fj", "fk", "flickr", "flights",
  "flir", "florist", "flowers", "fly", "fm", "fo", "foo", "food", "football", "ford", "forex",
  "forsale", "forum", "foundation", "fox", "fr", "free", "fresenius", "frl", "frogans",
  "frontier", "ftr", "fujitsu", "fun", "fund", "furniture", "futbol", "fyi", "ga", "gal",
  "gallery", "gallo", "gallup", "game", "games", "gap", "garden", "gay", "gb", "gbiz", "gd",
  "gdn", "ge", "gea", "gent", "genting", "george", "gf", "gg", "ggee", "gh", "gi", "gift",
  "gifts", "gives", "giving", "gl", "glass", "gle", "global", "globo", "gm", "gmail", "gmbh",
  "gmo", "gmx", "gn", "godaddy", "gold", "goldpoint", "golf", "goo", "goodyear", "goog",
  "google", "gop", "got", "gov", "gp", "gq", "gr", "grainger", "graphics", "gratis", "green",
  "gripe", "grocery", "group", "gs", "gt", "gu", "gucci", "guge", "guide", "guitars", "guru",
  "gw", "gy", "hair", "hamburg", "hangout", "haus", "hbo", "hdfc", "hdfcbank", "health",
  "healthcare", "help", "helsinki", "here", "hermes", "hiphop", "hisamitsu", "hitachi", "hiv",
  "hk", "hkt", "hm", "hn", "hockey", "holdings", "holiday", "homedepot", "homegoods", "homes",
  "homesense", "honda", "horse", "hospital", "host", "hosting", "hot", "hotels", "hotmail",
  "house", "how", "hr", "hsbc", "ht", "hu", "hughes", "hyatt", "hyundai", "ibm", "icbc", "ice",
  "icu", "id", "ie", "ieee", "ifm", "ikano", "il", "im", "imamat", "imdb", "immo", "immobilien",
  "in", "inc", "industries", "infiniti", "info", "ing", "ink", "institute", "insurance",
  "insure", "int", "international", "intuit", "investments", "io", "ipiranga", "iq", "ir",
  "irish", "is", "ismaili", "ist", "istanbul", "it", "itau", "itv", "jaguar", "java", "jcb",
  "je", "jeep", "jetzt", "jewelry", "jio", "jll", "jm", "jmp", "jnj", "jo", "jobs", "joburg",
  "jot", "joy", "jp", "jpmorgan", "jprs", "juegos", "juniper", "kaufen", "kddi", "ke",
  "kerryhotels", "kerryproperties", "kfh", "kg", "kh", "ki", "kia", "kim", "kindle", "kitchen",
  "kiwi", "km", "kn", "koeln", "komatsu", "kosher", "kp", "kpmg", "kpn", "kr", "krd", "kred",
  "kuokgroup", "kw", "ky", "kyoto", "kz", "la", "lacaixa", "lamborghini", "lamer", "land",
  "landrover", "lanxess", "lasalle", "lat", "latino", "latrobe", "law", "lawyer", "lb", "lc",
  "lds", "lease", "leclerc", "lefrak", "legal", "lego", "lexus", "lgbt", "li", "lidl", "life",
  "lifeinsurance", "lifestyle", "lighting", "like", "lilly", "limited", "limo", "lincoln",
  "link", "live", "living", "lk", "llc", "llp", "loan", "loans", "locker", "locus", "lol",
  "london", "lotte", "lotto", "love", "lpl", "lplfinancial", "lr", "ls", "lt", "ltd", "ltda",
  "lu", "lundbeck", "luxe", "luxury", "lv", "ly", "ma", "madrid", "maif", "maison", "makeup",
  "man", "management", "mango", "map", "market", "marketing", "markets", "marriott",
  "marshalls", "mattel", "mba", "mc", "mckinsey", "md", "me", "med", "media", "meet",
  "melbourne", "meme", "memorial", "men", "menu", "merckmsd", "mg", "mh", "miami", "microsoft",
  "mil", "mini", "mint", "mit", "mitsubishi", "mk", "ml", "mlb", "mls", "mm", "mma", "mn", "mo",
  "mobi", "mobile", "moda", "moe", "moi", "mom", "monash", "money", "monster", "mormon",
  "mortgage", "moscow", "moto", "motorcycles", "mov", "movie", "mp", "mq", "mr", "ms", "msd",
  "mt", "mtn", "mtr", "mu", "museum", "mv", "mw", "mx", "my", "mz", "na", "nab", "nagoya",
  "name", "navy", "nba", "nc", "ne", "nec", "net", "netbank", "netflix", "network", "neustar",
  "new", "news", "next", "nextdirect", "nexus", "nf", "nfl", "ng", "ngo", "nhk", "ni", "nico",
  "nike", "nikon", "ninja", "nissan", "nissay", "nl", "no", "nokia", "norton", "now", "nowruz",
  "nowtv", "np", "nr", "nra", "nrw", "ntt", "nu", "nyc", "nz", "obi", "observer", "office",
  "okinawa", "olayan", "olayangroup", "ollo", "om", "omega", "one", "ong", "onl", "online",
  "ooo", "open", "oracle", "orange", "org", "organic", "origins", "osaka", "otsuka", "ott",
  "ovh", "pa", "page", "panasonic", "paris", "pars", "partners", "parts", "party", "pay",
  "pccw", "pe", "pet", "pf", "pfizer", "pg", "ph", "pharmacy", "phd", "philips", "phone",
  "photo", "photography", "photos", "physio", "pics", "pictet", "pictures", "pid", "pin",
  "ping", "pink", "pioneer", "pizza", "pk", "pl", "place", "play", "playstation", "plumbing",
  "plus", "pm", "pn", "pnc", "pohl", "poker", "politie", "porn", "post", "pr", "praxi", "press",
  "prime", "pro", "prod", "productions", "prof", "progressive", "promo", "properties",
  "property", "protection", "pru", "prudential", "ps", "pt", "pub", "pw", "pwc", "py", "qa",
  "qpon", "quebec", "quest", "racing", "radio", "re", "read", "realestate", "realtor", "realty",
  "recipes", "red", "redumbrella", "rehab", "reise", "reisen", "reit", "reliance", "ren",
  "rent", "rentals", "repair", "report", "republican", "rest", "restaurant", "review",
  "reviews", "rexroth", "rich", "richardli", "ricoh", "ril", "rio", "rip", "ro", "rocks",
  "rodeo", "rogers", "room", "rs", "rsvp", "ru", "rugby", "ruhr", "run", "rw", "rwe", "ryukyu",
  "sa", "saarland", "safe", "safety", "sakura", "sale", "salon", "samsclub", "samsung",
  "sandvik", "sandvikcoromant", "sanofi", "sap", "sarl", "sas", "save", "saxo", "sb", "sbi",
  "sbs", "sc", "scb", "schaeffler", "schmidt", "scholarships", "school", "schule", "schwarz",
  "science", "scot", "sd", "se", "search", "seat", "secure", "security", "seek", "select",
  "sener", "services", "seven", "sew", "sex", "sexy", "sfr", "sg", "sh", "shangrila", "sharp",
  "shell", "shia", "shiksha", "shoes", "shop", "shopping", "shouji", "show", "si", "silk",
  "sina", "singles", "site", "sj", "sk", "ski", "skin", "sky", "skype", "sl", "sling", "sm",
  "smart", "smile", "sn", "sncf", "so", "soccer", "social", "softbank", "software", "sohu",
  "solar", "solutions", "song", "sony", "soy", "space", "sport", "spot", "sr", "srl", "ss",
  "st", "stada", "staples", "star", "statebank", "statefarm", "stc", "stcgroup", "stockholm",
  "storage", "store", "stream", "studio", "study", "style", "su", "sucks", "supplies", "supply",
  "support", "surf", "surgery", "suzuki", "sv", "swatch", "swiss", "sx", "sy", "sydney",
  "systems", "sz", "tab", "taipei", "talk", "taobao", "target", "tatamotors", "tatar", "tattoo",
  "tax", "taxi", "tc", "tci", "td", "tdk", "team", "tech", "technology", "tel", "temasek",
  "tennis", "teva", "tf", "tg", "th", "thd", "theater", "theatre", "tiaa", "tickets", "tienda",
  "tips", "tires", "tirol", "tj", "tjmaxx", "tjx", "tk", "tkmaxx", "tl", "tm", "tmall", "tn",
  "to", "today", "tokyo", "tools", "top", "toray", "toshiba", "total", "tours", "town",
  "toyota", "toys", "tr", "trade", "trading", "training", "travel", "travelers",
  "travelersinsurance", "trust", "trv", "tt", "tube", "tui", "tunes", "tushu", "tv", "tvs",
  "tw", "tz", "ua", "ubank", "ubs", "ug", "uk", "unicom", "university", "uno", "uol", "ups",
  "us", "uy", "uz", "va", "vacations", "vana", "vanguard", "vc", "ve", "vegas", "ventures",
  "verisign", "versicherung", "vet", "vg", "vi", "viajes", "video", "vig", "viking", "villas",
  "vin", "vip", "virgin", "visa", "vision", "viva", "vivo", "vlaanderen", "vn", "vodka",
  "volvo", "vote", "voting", "voto", "voyage", "vu", "wales", "walmart", "walter", "wang",
  "wanggou", "watch", "watches", "weather", "weatherchannel", "webcam", "weber", "website",
  "wed", "wedding", "weibo", "weir", "wf", "whoswho", "wien", "wiki", "williamhill", "win",
  "windows", "wine", "winners", "wme", "wolterskluwer", "woodside", "work", "works", "world",
  "wow", "ws", "wtc", "wtf", "xbox", "xerox", "xihuan", "xin", "xxx", "xyz", "yachts", "yahoo",
  "yamaxun", "yandex", "ye", "yodobashi", "yoga", "yokohama", "you", "youtube", "yt", "yun",
  "za", "zappos", "zara", "zero", "zip", "zm", "zone", "zuerich", "zw",
}};

/// To X only.
constexpr std::array<std::string_view, 136> known_to_x{{
  "abarth", "active", "adac", "afamilycompany", "aigo", "alfaromeo", "an", "avianca",
  "bananarepublic", "bentley", "bl", "blanco", "bnl", "boots", "bq", "budapest", "bugatti",
  "cancerresearch", "cartier", "caseih", "cbs", "ceb", "chloe", "chrysler", "cityeats",
  "comcast", "cookingchannel", "csc", "dabur", "dodge", "doha", "doosan", "duck", "dunlop",
  "duns", "eh", "epost", "esurance", "etisalat", "everbank", "fiat", "flsmidth", "foodnetwork",
  "frontdoor", "fujixerox", "glade", "goodhands", "guardian", "hgtv", "honeywell", "hoteles",
  "htc", "iinet", "intel", "iselect", "iveco", "iwc", "jcp", "jlc", "kerrylogistics", "kinder",
  "ladbrokes", "lancaster", "lancia", "lancome", "liaison", "linde", "lipsy", "lixil", "loft",
  "lupin", "macys", "maserati", "mcd", "mcdonalds", "meo", "metlife", "mf", "mobily",
  "montblanc", "mopar", "movistar", "mtpc", "mutual", "mutuelle", "nadex", "nationwide",
  "natura", "newholland", "northwesternmutual", "off", "oldnavy", "onion", "onyourside",
  "orientexpress", "pamperedchef", "panerai", "passagens", "piaget", "pramerica", "qvc", "raid",
  "redstone", "rightathome", "rmit", "rocher", "sapo", "sca", "scjohnson", "scor", "ses",
  "shaw", "showtime", "shriram", "spiegel", "spreadbetting", "srt", "starhub", "statoil",
  "swiftcover", "symantec", "telecity", "telefonica", "tiffany", "tp", "travelchannel",
  "uconnect", "um", "vista", "vistaprint", "volkswagen", "vuelos", "warman", "xfinity",
  "xperia", "zippo",
}};

/// To Bluesky only.
constexpr std::array<std::string_view, 4> known_to_bluesky{{
  "amazon", "kids", "music", "spa",
}};

/// X's others; where one is the beginning of another, the longer is first.
constexpr std::array<std::u16string_view, 155> in_other_scripts{{
  u"\uc0bc\uc131", u"\ub2f7\ucef4", u"\ub2f7\ub137", u"\u9999\u683c\u91cc\u62c9",
  u"\u9910\u5385", u"\u98df\u54c1", u"\u98de\u5229\u6d66", u"\u96fb\u8a0a\u76c8\u79d1",
  u"\u96c6\u56e2", u"\u901a\u8ca9", u"\u8d2d\u7269", u"\u8c37\u6b4c", u"\u8bfa\u57fa\u4e9a",
  u"\u8054\u901a", u"\u7f51\u7edc", u"\u7f51\u7ad9", u"\u7f51\u5e97", u"\u7f51\u5740",
  u"\u7ec4\u7ec7\u673a\u6784", u"\u79fb\u52a8", u"\u73e0\u5b9d", u"\u70b9\u770b",
  u"\u6e38\u620f", u"\u6de1\u9a6c\u9521", u"\u673a\u6784", u"\u66f8\u7c4d", u"\u65f6\u5c1a",
  u"\u65b0\u95fb", u"\u653f\u5e9c", u"\u653f\u52a1", u"\u62db\u8058", u"\u624b\u8868",
  u"\u624b\u673a", u"\u6211\u7231\u4f60", u"\u6148\u5584", u"\u5fae\u535a", u"\u5e7f\u4e1c",
  u"\u5de5\u884c", u"\u5bb6\u96fb", u"\u5a31\u4e50", u"\u5929\u4e3b\u6559", u"\u5927\u62ff",
  u"\u5927\u4f17\u6c7d\u8f66", u"\u5728\u7ebf", u"\u5609\u91cc\u5927\u9152\u5e97",
  u"\u5609\u91cc", u"\u5546\u6807", u"\u5546\u5e97", u"\u5546\u57ce", u"\u516c\u76ca",
  u"\u516c\u53f8", u"\u516b\u5366", u"\u5065\u5eb7", u"\u4fe1\u606f", u"\u4f5b\u5c71",
  u"\u4f01\u4e1a", u"\u4e2d\u6587\u7f51", u"\u4e2d\u4fe1", u"\u4e16\u754c",
  u"\u30dd\u30a4\u30f3\u30c8", u"\u30d5\u30a1\u30c3\u30b7\u30e7\u30f3", u"\u30bb\u30fc\u30eb",
  u"\u30b9\u30c8\u30a2", u"\u30b3\u30e0", u"\u30b0\u30fc\u30b0\u30eb",
  u"\u30af\u30e9\u30a6\u30c9", u"\u307f\u3093\u306a", u"\u0e04\u0e2d\u0e21",
  u"\u0938\u0902\u0917\u0920\u0928", u"\u0928\u0947\u091f", u"\u0915\u0949\u092e",
  u"\u0647\u0645\u0631\u0627\u0647", u"\u0645\u0648\u0642\u0639",
  u"\u0645\u0648\u0628\u0627\u064a\u0644\u064a", u"\u0643\u0648\u0645",
  u"\u0643\u0627\u062b\u0648\u0644\u064a\u0643", u"\u0639\u0631\u0628",
  u"\u0634\u0628\u0643\u0629", u"\u0628\u064a\u062a\u0643", u"\u0628\u0627\u0632\u0627\u0631",
  u"\u0627\u0644\u0639\u0644\u064a\u0627\u0646", u"\u0627\u0631\u0627\u0645\u0643\u0648",
  u"\u0627\u062a\u0635\u0627\u0644\u0627\u062a", u"\u0627\u0628\u0648\u0638\u0628\u064a",
  u"\u05e7\u05d5\u05dd", u"\u0441\u0430\u0439\u0442", u"\u0440\u0443\u0441",
  u"\u043e\u0440\u0433", u"\u043e\u043d\u043b\u0430\u0439\u043d",
  u"\u043c\u043e\u0441\u043a\u0432\u0430", u"\u043a\u043e\u043c",
  u"\u043a\u0430\u0442\u043e\u043b\u0438\u043a", u"\u0434\u0435\u0442\u0438",
  u"\u0076\u0065\u0072\u006d\u00f6\u0067\u0065\u006e\u0073\u0062\u0065\u0072\u0061\u0074\u0075\u006e\u0067",
  u"\u0076\u0065\u0072\u006d\u00f6\u0067\u0065\u006e\u0073\u0062\u0065\u0072\u0061\u0074\u0065\u0072",
  u"\ud55c\uad6d", u"\u9999\u6e2f", u"\u6fb3\u9580", u"\u65b0\u52a0\u5761", u"\u53f0\u7063",
  u"\u53f0\u6e7e", u"\u4e2d\u570b", u"\u4e2d\u56fd", u"\u10d2\u10d4", u"\u0ea5\u0eb2\u0ea7",
  u"\u0e44\u0e17\u0e22", u"\u0dbd\u0d82\u0d9a\u0dcf", u"\u0d2d\u0d3e\u0d30\u0d24\u0d02",
  u"\u0cad\u0cbe\u0cb0\u0ca4", u"\u0c2d\u0c3e\u0c30\u0c24\u0c4d",
  u"\u0b9a\u0bbf\u0b99\u0bcd\u0b95\u0baa\u0bcd\u0baa\u0bc2\u0bb0\u0bcd",
  u"\u0b87\u0bb2\u0b99\u0bcd\u0b95\u0bc8", u"\u0b87\u0ba8\u0bcd\u0ba4\u0bbf\u0baf\u0bbe",
  u"\u0b2d\u0b3e\u0b30\u0b24", u"\u0aad\u0abe\u0ab0\u0aa4", u"\u0a2d\u0a3e\u0a30\u0a24",
  u"\u09ad\u09be\u09f0\u09a4", u"\u09ad\u09be\u09b0\u09a4", u"\u09ac\u09be\u0982\u09b2\u09be",
  u"\u092d\u093e\u0930\u094b\u0924", u"\u092d\u093e\u0930\u0924\u092e\u094d",
  u"\u092d\u093e\u0930\u0924", u"\u0680\u0627\u0631\u062a",
  u"\u067e\u0627\u06a9\u0633\u062a\u0627\u0646",
  u"\u0645\u0648\u0631\u064a\u062a\u0627\u0646\u064a\u0627",
  u"\u0645\u0644\u064a\u0633\u064a\u0627", u"\u0645\u0635\u0631", u"\u0642\u0637\u0631",
  u"\u0641\u0644\u0633\u0637\u064a\u0646", u"\u0639\u0645\u0627\u0646",
  u"\u0639\u0631\u0627\u0642", u"\u0633\u0648\u0631\u064a\u0629",
  u"\u0633\u0648\u062f\u0627\u0646", u"\u062a\u0648\u0646\u0633",
  u"\u0628\u06be\u0627\u0631\u062a", u"\u0628\u0627\u0631\u062a",
  u"\u0627\u06cc\u0631\u0627\u0646", u"\u0627\u0645\u0627\u0631\u0627\u062a",
  u"\u0627\u0644\u0645\u063a\u0631\u0628", u"\u0627\u0644\u0633\u0639\u0648\u062f\u064a\u0629",
  u"\u0627\u0644\u062c\u0632\u0627\u0626\u0631", u"\u0627\u0644\u0628\u062d\u0631\u064a\u0646",
  u"\u0627\u0644\u0627\u0631\u062f\u0646", u"\u0570\u0561\u0575", u"\u049b\u0430\u0437",
  u"\u0443\u043a\u0440", u"\u0441\u0440\u0431", u"\u0440\u0444", u"\u043c\u043e\u043d",
  u"\u043c\u043a\u0434", u"\u0435\u044e", u"\u0431\u0435\u043b", u"\u0431\u0433",
  u"\u03b5\u03c5", u"\u03b5\u03bb",
}};

struct Fold {
  char16_t from = 0, to = 0;
};
/// The other case of the letters in them.
constexpr std::array<Fold, 37> folds{{
  {0xD6, 0xF6}, {0x395, 0x3B5}, {0x39B, 0x3BB}, {0x3A5, 0x3C5}, {0x3F5, 0x3B5}, {0x410, 0x430},
  {0x411, 0x431}, {0x412, 0x432}, {0x413, 0x433}, {0x414, 0x434}, {0x415, 0x435},
  {0x417, 0x437}, {0x418, 0x438}, {0x419, 0x439}, {0x41A, 0x43A}, {0x41B, 0x43B},
  {0x41C, 0x43C}, {0x41D, 0x43D}, {0x41E, 0x43E}, {0x420, 0x440}, {0x421, 0x441},
  {0x422, 0x442}, {0x423, 0x443}, {0x424, 0x444}, {0x42E, 0x44E}, {0x49A, 0x49B},
  {0x531, 0x561}, {0x540, 0x570}, {0x545, 0x575}, {0x1C80, 0x432}, {0x1C81, 0x434},
  {0x1C82, 0x43E}, {0x1C83, 0x441}, {0x1C84, 0x442}, {0x1C85, 0x442}, {0x1C92, 0x10D2},
  {0x1C94, 0x10D4},
}};

bool is_in(std::span<const std::string_view> list, std::string_view name) {
  return std::binary_search(list.begin(), list.end(), name);
}

}  // namespace

bool is_top_domain_of_x(std::string_view name) { return is_in(known_to_both, name) || is_in(known_to_x, name); }

bool is_top_domain_of_bluesky(std::string_view name) {
  return is_in(known_to_both, name) || is_in(known_to_bluesky, name);
}

std::span<const std::u16string_view> top_domains_in_other_scripts() { return in_other_scripts; }

char16_t fold_domain_unit(char16_t unit) {
  const auto* const found = std::ranges::lower_bound(folds, unit, {}, &Fold::from);
  return found != folds.end() && found->from == unit ? found->to : unit;
}

}  // namespace crier
