"""The commands of `python -m training`, which `inkstream` has as well, and what each does. Nothing is imported here."""

SUMMARIES = {
    "download": "fetch drawings of the Quick, Draw! dataset",
    "inspect": "say what files of drawings are, and what is in them",
    "train": "train one category and write its checkpoint",
    "fleet": "train many categories, a network for each, on this machine or on a cluster",
    "pack": "pack drawings of many categories into two small files, for a machine that is far away",
    "pretrain": "train one network that draws many categories, on one device",
    "evaluate": "score a checkpoint on real drawings",
    "export": "make a checkpoint of this version's format of another, or of a trained network",
    "import-magenta": "make a checkpoint of a decoder that Google published",
    "classifier": "train a classifier that recognises drawings, on real ones",
    "beginnings": "how a classifier does on drawings of people, whole and unfinished",
    "recognise": "how often drawings are recognised, beside real ones",
    "recommend": "choose the temperatures at which drawings are recognised best",
    "styles": "find latent codes by which seldom recognised subjects are drawn well",
    "best-of": "how much rarer failures are where the best of several drawings is taken",
    "alike": "score likenesses of drawings, and what lies between two",
    "least": "find how many points drawings of each subject have at least",
    "sheet": "draw a sheet of drawings of some checkpoints",
    "figures": "make the article's pictures from your data and networks",
}
