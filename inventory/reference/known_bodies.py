"""The body a model usually has, for texts that do not say it, and the styles of motorcycles.

FIPE names the body only where a model has several. What a model usually is helps to read the rest
of the text (CD is a double cab on a pick-up and a trim elsewhere) and to fill in what nobody said.
"""

from __future__ import annotations

import functools
import re

from config.lib.folding import fold
from inventory.reference.facts import read_facts

# Folded model names per body, separated by semicolons; a car model in no list is a hatchback.
_MODELS: dict[str, str] = {
    "sedan": (
        "100;155;156;164;166;180 d;19;190 e;21;300 c;300 m;405;406;407;408;440;"
        "460;508;530;605;607;620;626;80;850;929;940;960;a4;a5;a6;a7;a8;accent;"
        "accord;altima;apolo;arrizo 5;arrizo 5e;arrizo 6;avalon;avenger;azera;bora;"
        "c4 lounge;c4 pallas;c5;c6;cadenza;camry;caprice;cerato;chairman;chevette;"
        "cirrus;city;civic;clarus;classic;cobalt;contour;corcel ii;corolla;corona;"
        "cronos;crown victoria;cruze;daimler;del rey;deville;diamant;duna;e-j7;"
        "e-tron gt;ec7;elantra;equus;espero;excel;fluence;fusion;galant;genesis;"
        "ghibli;ghost;grand siena;han;hb20s;i4;i5;i7;impreza;infinit;integra;"
        "intrepid;ioniq;j5;jetta;ka +;king;laguna;laika;lancer;legacy;leganza;linea;"
        "logan;logus;lumina;m3;m340i;m5;m760li;magentis;malibu;marea;maxima;"
        "millenia;mondeo;monza;mystique;neon;nubira;oggi;omega;opala;opirus;optima;"
        "panamera;passat;passat cc;phantom;premio;primera;prince;prisma;prius;protege;"
        "quattroporte;quoris;rapide;rs3;rs5;rs7;s-type;s4;s40;s5;s6;s60;s7;s70;"
        "s8;s80;s90;sable;safrane;santana;saturn;seal;sebring;sentra;sephia;seville;"
        "shuma;siena;sonata;stinger;stratus;super salon;symbol;taurus;taycan;tempra;"
        "tico;vectra;verona;versa;versailles;virtus;vision;voyage;x-type;xantia;xe;"
        "xf;xfr;xfr-s;xj;xj12;xj6;xj8;xjr;xm"
    ),
    "suv": (
        "2008;3008;5;5008;7;aceman;actyon;aion v;aion y;aircross;amigo;asx;atto 8;"
        "b10;b5;bandeirante;basalt;blazer;blazer ev;bonanza;boreal;bronco sport;"
        "c3 aircross;c4 cactus;c40;camper;captiva;captiva ev;captur;cayenne;cherokee;"
        "commander;compass;corolla cross;countryman;cr-v;creta;cullinan;dbx;defender;"
        "discovery;discovery 3;discovery 4;discovery sport;durango;duster;e-2008;e-pace;"
        "e-tron;ec40;eclipse cross;ecosport;edge;engesa;equinox;equinox ev;ev5;ev9;"
        "ex2;ex30;ex40;ex5;ex90;expedition;explorer;f-pace;fastback;feroza;forester;"
        "freelander;freelander 2;freemont;galloper;grand blazer;grand cherokee;"
        "grand santa fe;grand vitara;gs3;gs4;haval h6;haval h9;hilux sw4;hover cuv;"
        "hr-v;hummer;i-pace;ix;ix1;ix2;ix3;ix35;javali;jimny;journey;kait;kardian;"
        "kicks;koleos;kona;korando;kyron;land cruiser;land cruiser prado;levante;macan;"
        "marrua;mohave;montero;montez;murano;musso;mustang mach-e;niro;niva;nivus;"
        "nx 300;nx-450h+;outlander;outlander sport;paceman;pajero;pajero dakar;"
        "pajero full;pajero io;pajero sport;pajero tr4;palisade;pantanal;passport;"
        "pathfinder;pulse;purosangue;q3;q5;q6 e-tron;q7;q8;q8 e-tron;range rover;"
        "range rover evoque;range rover sport;range rover velar;range rover vogue;rav4;"
        "renegade;rexton;rf;rocsta;rodeo;rs q3;rs q8;rx-450h+;rz-500e;s-cross;s06;"
        "samurai;santa fe;scorpio;seres;sidekick;song plus;song pro;sorento;soul;"
        "spark;sportage;sq5;sq6;sq8;stark;stepway;stonic;suburban;suv;t-cross;t1;"
        "t2;t4;t40;t5;t50;t6;t60;t8;t80;tan;tank 300;taos;tera;terios;terracan;"
        "terrano;territory;tiggo;tiggo 2;tiggo 3x;tiggo 5x;tiggo 7;tiggo 8;tiguan;"
        "tivoli;tlux;touareg;tracker;trailblazer;tribeca;tucson;tx4;uni-t;urus;"
        "vera cruz;veraneio;vitara;wey 07;wr-v;wrangler;x;x-trail;x1;x2;x3;x4;x5;"
        "x6;x60;x7;x80;xc40;xc60;xc90;xlv;xterra;xv;yaris cross;yuan plus;yuan pro;"
        "zr-v"
    ),
    "pickup": (
        "1500;2500;3500;a10;a20;actyon sports;amarok;b2200;b2500;bongo;brasinca;c10;"
        "c20;ceres;chevy 500;cheyenne;courier;d10;d20;d21;dakota;duster oroch;f-100;"
        "f-1000;f-150;f-250;frontier;gladiator;grand saveiro;hilux;hoggar;hombre;hr;"
        "hunter;k01;k02;king cab;l200;l200 triton;maverick;montana;oroch;pampa;"
        "picape;pick-up;pik-up;plutus;poer p30;ram;rampage;ranger;s10;saveiro;shark;"
        "sierra;silverado;sonoma;strada;syclone;t-100;titano;toro;triton;tunland;v21;"
        "v22"
    ),
    "wagon": (
        "allroad;belina;elba;fielder;i30 cw;ipanema;marajo;outback;panorama;parati;"
        "quantum;royale;rs2;rs4;rs6;space wagon;spacecross;spacefox;suprema;v50;v60;"
        "v70"
    ),
    "minivan": (
        "806;807;aerostar;airtrek;c3 picasso;c4 picasso;c8;carens;carnival;evasion;"
        "expo;family;gran voyager;grand c4 picasso;grand caravan;grand carnival;"
        "grand livina;grand scenic;grandis;idea;j6;livina;matrix;meriva;mpv;odyssey;"
        "previa;quest;scenic;spin;town & country;trajet;trans-sport;wagon r+;windstar;"
        "xsara picasso;zafira"
    ),
    "coupe": (
        "12cilindri;240 sx;296;300 zx;3000 gt;3200 gt;348;350z;355;360;360 modena;"
        "456;458 italia;458 speciale;488;540c;550;570s;575m;600lt;612 scaglietti;"
        "720s;750s;765lt;812;911;928;968;artura;aventador;c70;calibra;camaro;"
        "cayman;celica;cerato koup;clk 320;corrado;corvette;coupe;crx;db12;db9;dbs;"
        "eclipse;esprit;f-type;f12;f430;f599;f8;ff;gallardo;gransport;granturismo;"
        "gt;gt-r;gtc4 lusso;gts;huracan;i8;m1;m2;m235i;m240i;m4;m440i;m6;m8;"
        "m850i;mc20;mr-2;mustang;mx-3;nsx;paseo;prelude;probe;r8;rcz;revuelto;roma;"
        "rx-7;scoupe;sf 90;stealth;supra;svx;thunderbird;tigra;trans-am;tt;ttrs;tts;"
        "vanquish;vantage;veloster;virage;wraith;xjs;xjs-c;xk8;xkr;xkr-s"
    ),
    "convertible": (
        "458 spider;718;boxster;california;cyberster;dawn;elan;eos;grancabrio;"
        "le baron;mx-5;portofino;sl 280;sl 320;sl 350;sl 400;sl 500;sl 55 amg;sl 600;"
        "sl 63 amg;sl 65 amg;slc 300;slc 43 amg;slk 200;slk 230;slk 250;slk 300;"
        "slk 320;slk 350;slk 55 amg;spider;spyder;z3;z4;z8"
    ),
    "van": (
        "am 825;aumark;aumark s;berlingo;besta;boxer;caravelle;cargo;club wagon;daily;"
        "delivery;delivery express;doblo;ducato;e-expert;e-jumpy;e-jv;e-scudo;"
        "e-transit;e-work;e.co;ec31;ec35;esprinter;etoano;eurovan;eview;ewonder;"
        "expert;express;fiorino;foison;furglaine;gran move;h1 starex;h100;hi-topic;"
        "hiace;iev;inca;istana;jumper;jumpy;kangoo;kombi;l300;link;master;mini;"
        "minitruck;move;partner;porter;scudo;spacevan;sprinter;start;super carry;"
        "topic;towner;towner jr;trafic;transit;ulc;utility;v25;van;vito;vkn;x30"
    ),
    "buggy": ("buggy"),
}
_BY_MODEL = {name: body for body, names in _MODELS.items() for name in names.split(";") if name}

# Makers whose model names carry the body in their letters or numbers.
_BY_PATTERN: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("mercedes-benz", re.compile(r"^(?:gl[abceks]?|ml|g|eq[abc]) "), "suv"),
    ("mercedes-benz", re.compile(r"^sl[ck]? "), "convertible"),
    ("mercedes-benz", re.compile(r"^(?:clk|cl|clc|sls) |^gt"), "coupe"),
    ("mercedes-benz", re.compile(r"^(?:b|r) "), "minivan"),
    ("mercedes-benz", re.compile(r"^a "), "hatch"),
    ("mercedes-benz", re.compile(r"."), "sedan"),
    ("bmw", re.compile(r"^[357]"), "sedan"),
    ("bmw", re.compile(r"^[2468]"), "coupe"),
    ("lexus", re.compile(r"^(?:nx|rx|ux|lx|gx) "), "suv"),
    ("lexus", re.compile(r"^ct "), "hatch"),
    ("lexus", re.compile(r"."), "sedan"),
)
_KIN: dict[str, tuple[str, ...]] = {
    "hatch": ("sedan",),
    "sedan": ("hatch", "coupe"),
    "suv": ("hatch", "sedan", "minivan"),
    "coupe": ("hatch",),
    "pickup": ("sedan", "van"),
    "van": ("minivan", "pickup"),
    "minivan": ("van", "suv"),
}
_DOUBLE_CAB = re.compile(r"\b(?:cd|cs|ce)(?=\b|\d)")
_TOURING_WAGON = frozenset({"bmw", "mercedes-benz"})
_NOT_HATCH = frozenset({"suv", "coupe"})

_MOTORCYCLE_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("quad", re.compile(r"quadr|\bquad\b|\(utv\)|\butv\b|\batv\b|can-am (?:out|def|mav|com|ds)")),
    (
        "scooter",
        re.compile(
            r"^(?:pcx|lead|elite|adv|sh|forza|nmax|xmax|neos?|fluo|aerox|burgman|an 125|citycom"
            r"|cityclass|maxsym|cruisym|joyride|fiddle|smart|vespa|liberty|beverly|mp3|primavera"
            r"|sprint|gts|gtv|lindy|c (?:400|600|650)|address|jog|axis|majesty|zr|x-adv|tmax|zip"
            r"|downtown|agility|people|ak|speedfight|elyseo|buxy|scarabeo|leonardo|prima|nqi|uqi)\b"
        ),
    ),
    (
        "off_road",
        re.compile(
            r"^(?:crf \d+ ?[frlx]|cr \d|kx|klx|rm|rmx|yz|wr|ttr|tt-r|exc|sx|ec|te|fe|fc|tc)\b"
        ),
    ),
    (
        "trail",
        re.compile(
            r"^(?:nxr|xre|xtz|xt|xl|xlr|xlx|xr|nx|sahara|crf 1\d00|f \d+ gs|g \d+ gs|r \d+ gs|tiger"
            r"|v-strom|dl|versys|himalayan|multistrada|adventure|super adventure|dr|tdm|falcon|nh"
            r"|nhx|tornado|scram|pan america|nc|desert)\b"
        ),
    ),
    (
        "custom",
        re.compile(
            r"^(?:shadow|vt|vtx|intruder|boulevard|marauder|vulcan|drag|xvs|xv|virago|midnight"
            r"|meteor|super meteor|mirage|kansas|horizon|chopper|softail|sportster|dyna|fat"
            r"|heritage|low rider|road king|xl \d+|breakout|street (?:bob|rod)|night|iron|v-rod"
            r"|chief|scout|bonneville|rocket|thunderbird|magna|valkyrie|savage|eliminator|classic|bullet)\b"
        ),
    ),
    (
        "touring",
        re.compile(
            r"^(?:gold wing|electra|street glide|road glide|ultra|cvo|k 1\d00|r \d+ rt|concours"
            r"|roadmaster|can-am spyder|royal star|voyager|trophy)\b"
        ),
    ),
    (
        "sport",
        re.compile(
            r"^(?:cbr|ninja|yzf|gsx-?r|s 1000 rr|panigale|zx|rsv|daytona|f[34]|\d{3,4}r?|fzr"
            r"|hayabusa|gsx|tl|comet gt|rs|rc)\b"
        ),
    ),
    (
        "naked",
        re.compile(
            r"^(?:cb|mt|z|fz\d*|fazer|xj\d*|hornet|twister|er|bandit|gsr|duke|monster|speed"
            r"|street triple|trident|g \d+ r|f \d+ r|r \d+ r|s 1000 r|dominar|next|apache"
            r"|interceptor|hunter)\b"
        ),
    ),
)


@functools.lru_cache(maxsize=65_536)
def usual_body(model: str, *, brand: str) -> str:
    """Return the body a car model usually has (one of our body values); never blank."""
    folded, brand = fold(model), fold(brand)
    found = _BY_MODEL.get(folded)
    if found:
        return found
    for maker, pattern, body in _BY_PATTERN:
        if maker == brand and pattern.match(folded):
            return body
    return "hatch"


def plausible_bodies(bodies: set[str]) -> set[str]:
    """Return the bodies under which the trade may file a model that has these bodies."""
    return bodies.union(*(_KIN.get(body, ()) for body in bodies))


def body_in_text(version: str, *, model: str, brand: str, said: str | None = None) -> str:
    """Return the body that a car's version text states, blank when it states none.

    `version` is the text without the model's own words. The model's usual body decides what
    ambiguous words mean: CD, CS and CE are cabs on a pick-up only, Touring a body at few makers.
    `said` is the body that the text's facts hold, for who has read them already.
    """
    usual = usual_body(model, brand=brand)
    folded = fold(version)
    if usual == "pickup" and _DOUBLE_CAB.search(folded):
        return "pickup"
    if fold(brand) in _TOURING_WAGON and re.search(r"\btouring\b", folded):
        return "wagon"
    stated = read_facts(version).body if said is None else said
    # On an SUV "Sportback" is a shape of roof, and FIPE's "van" words are seats and uses.
    if usual in _NOT_HATCH and stated in {"hatch", "van"}:
        return ""
    return stated


def motorcycle_style(model: str, *, text: str = "") -> str:
    """Return the style of a motorcycle by its name, "street" when nothing tells more."""
    folded = f"{fold(model)} {fold(text)}"
    return next((style for style, found in _MOTORCYCLE_STYLES if found.search(folded)), "street")
