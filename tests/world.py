#!/usr/bin/env python3
"""Makes a configuration from the index of a sample world.

  world.py URL DIR     asks URL for its list of publications, [{id, name, kind, url, lang, items}], and writes
                       DIR/site.yaml and DIR/sources.yaml with one source each

Then: newsmill --config DIR --set network.host_delay=0s run --allow-net 127.0.0.0/8
"""
import json
import pathlib
import sys
import urllib.request

KINDS = {"rss": "feed", "atom": "feed", "rdf": "feed", "jsonfeed": "feed", "sitemap": "sitemap", "html": "listing"}


def main(url, folder):
    publications = json.load(urllib.request.urlopen(url))
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.yaml").write_text(
        'title: The World\ntagline: every publication of the sample world\nbase_url: "https://news.example.org/"\n'
        "contact: https://news.example.org/about\neditions: [en]\n",
        encoding="utf-8",
    )
    rows = ["sources:"]
    for p in publications:
        rows += [f"  - id: {p['id']}", f"    name: {json.dumps(p['name'], ensure_ascii=False)}", f"    url: {p['url']}"]
        rows += [f"    kind: {KINDS[p['kind']]}", f"    category: {p['id'].split('-')[0]}"]
        rows += [f"    publisher: {p['id']}"]
    (folder / "sources.yaml").write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(publications)} publications, {sum(p['items'] for p in publications)} items: {folder}/sources.yaml")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
