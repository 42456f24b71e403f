namespace Gateway.Testing.Wire;

/// <summary>Request lines and headers that parsers disagree about.</summary>
public static class HeadCorpus
{
    private const string Close = "\r\n\r\n";

    private static readonly string[] OddLines =
    [
        "get /x HTTP/1.1", "Get /x HTTP/1.1", "G\0T /x HTTP/1.1", "GE T /x HTTP/1.1", "G(T /x HTTP/1.1", " GET /x HTTP/1.1", "\tGET /x HTTP/1.1", "GET  /x HTTP/1.1", "GET\t/x HTTP/1.1",
        "GET /x\tHTTP/1.1", "GET /x HTTP/1.1 ", "GET /x HTTP/1.1\t", "GET /x", "GET", "", "GET /x HTTP/1.2", "GET /x HTTP/2.0", "GET /x HTTP/0.9", "GET /x HTTP/1.10",
        "GET /x HTTP/01.1", "GET /x http/1.1", "GET /x HTTPS/1.1", "GET /x HTTP/1,1", "GET /x HTTP/ 1.1", "GET /x HTTP/1.1x", "GET /x ICAP/1.0", "GET x HTTP/1.1", "GET \\x HTTP/1.1",
        "GET localhost:80 HTTP/1.1", "GET * HTTP/1.1", "GET http:/x HTTP/1.1", "GET http:///x HTTP/1.1", "GET :80/x HTTP/1.1", "GET ?x HTTP/1.1", "GET #x HTTP/1.1", "GET /x y HTTP/1.1",
        "GET /x\0 HTTP/1.1", "GET /\0x HTTP/1.1", "GET /x\ry HTTP/1.1", "GET /x\u00e9 HTTP/1.1", "GET /x\u00ff HTTP/1.1", "GET /x\x7f HTTP/1.1", "GET /x\x01 HTTP/1.1", "GET /x HTTP/1.1\rX: y",
        "GET http://other.example/x HTTP/1.1", "GET http://localhost@other.example/x HTTP/1.1", "GET http://user:word@localhost/x HTTP/1.1", "GET https://other.example/x HTTP/1.1",
        "GET http://localhost:99999/x HTTP/1.1", "GET file:///etc/passwd HTTP/1.1", "GET javascript:x HTTP/1.1", "TRACE /x HTTP/1.1", "CONNECT localhost:80 HTTP/1.1", "CONNECT /x HTTP/1.1",
        "CONNECT other.example:443 HTTP/1.1", "GET /a%00b HTTP/1.1", "OPTIONS *x HTTP/1.1",
    ];

    private static readonly string[] OddHeaders =
    [
        "X : 1", "X\t: 1", " X: 1", "\tX: 1", "X", ": 1", " : 1", "X Y: 1", "X\0: 1", "X\0Y: 1", "X: \0", "X: a\0b", "X: a\nY: b", "X: a\rY: b", "X: a\r", "\rX: a", "X\n: a", "X\r: a", "X: a\r\n b", "X: a\r\n\tb",
        "X: a\r\n Content-Length: 50", "(X): 1", "X(: 1", "\"X\": 1", "X/Y: 1", "X@Y: 1", "[X]: 1", "{X}: 1", "X=Y: 1", "X,Y: 1", "X;Y: 1", "X<: 1", "X\\: 1", "X?: 1", "X\u00e9: 1", "X\x7f: 1", "X\x01: 1", "Connection: \0", "Connection: close\0",
    ];

    private static readonly string[] OddHosts =
    [
        "Host: a b", "Host: a,b", "Host: a/b", "Host: a?b", "Host: a#b", "Host: user@localhost", "Host: localhost\0", "Host: local\0host", "Host: localhost:x", "Host: localhost:8o",
        "Host: [::1", "Host: ::1]", "Host: [::1]x", "Host: localhost\r\nHost: localhost", "Host: localhost\r\nHost: other.example", "Host: other.example\r\nhost: localhost",
        "Host : localhost", " Host: localhost", "Host\t: localhost", "Host: localhost, other.example", "Host: http://localhost", "Host: localhost\r\n other.example", "Host:\r\n localhost", "X: 1",
        "Host: localhost\\x", "Host: <localhost>", "Host: lo\"cal", "Host: localhost\u00e9", "Host: localhost:80:80", "Host: -localhost:-80",
    ];

    public static IEnumerable<WireCase> Cases => [.. Lines(), .. Targets(), .. Headers(), .. Hosts(), .. Ends(), .. Upgrades()];

    private static IEnumerable<WireCase> Lines()
    {
        foreach (var line in OddLines)
        {
            yield return WireCase.Refused($"odd line {line}", WireCase.Head("X: 1", line) + WireCase.Smuggled);
        }

        yield return WireCase.Refused("a target of 9000 bytes", WireCase.Head("X: 1", $"GET /{new string('a', 9000)} HTTP/1.1"));
        yield return WireCase.Refused("a header of 40000 bytes", WireCase.Head($"X: {new string('a', 40_000)}"));
        yield return WireCase.Refused("headers of 40000 bytes", WireCase.Head(string.Join("\r\n", Enumerable.Range(0, 40).Select(i => $"X-{i}: {new string('a', 1000)}"))));
        yield return WireCase.Refused("101 headers", WireCase.Head(string.Join("\r\n", Enumerable.Range(0, 100).Select(i => $"X-{i}: a"))));
        yield return WireCase.Refused("a method of 5000 letters", WireCase.Head("X: 1", $"{new string('A', 9000)} /x HTTP/1.1"));
    }

    /// <summary>A target reaches the upstream in the normal form that routes and rules have seen.</summary>
    private static IEnumerable<WireCase> Targets()
    {
        foreach (var (target, seen) in new[]
        {
            ("http://localhost/x", "/x"), ("http://localhost/x?y", "/x?y"), ("http://localhost", "/"), ("/a/../x", "/x"), ("/../../x", "/x"), ("/%2e%2e/x", "/x"), ("/a/%2E%2e/x", "/x"),
            ("/.%2e/x", "/x"), ("/./x", "/x"), ("//x", "/x"), ("///x//y", "/x/y"), ("/a%2fb", "/a%2Fb"), ("/a%2f..%2fx", "/a%2F..%2Fx"), ("/%5c..%5cx", "/%5C..%5Cx"), ("/..;/x", "/..;/x"),
            ("/a;/../x", "/x"), ("/%c0%ae%c0%ae/x", "/%C0%AE%C0%AE/x"), ("/%e0%80%ae/x", "/%E0%80%AE/x"), ("/a%3fb", "/a%3Fb"), ("/a%23b", "/a%23b"), ("/%0d%0aX:%20y", "/%0D%0AX:%20y"), ("/x?a=%0d%0aX:%20y", "/x?a=%0d%0aX:%20y"),
            ("/%78", "/x"), ("//other.example/x", "/other.example/x"), ("/x?http://other.example", "/x?http://other.example"), ("/%u002e%u002e/x", "/%u002e%u002e/x"), ("/%", "/%"), ("/%zz", "/%zz"), ("/x?%", "/x?%"), ("/%25%32%65%25%32%65/x", "/%252e%252e/x"), ("/%252e%252e/x", "/%252e%252e/x"), ("/x%252fy", "/x%252fy"),
            ("http://localhost/x?u=a@b", "/x?u=a@b"), ("/x@y", "/x@y"), ("/x ", "/x"),
        })
        {
            yield return new($"target {target}", WireCase.Head("X: 1", $"GET {target} HTTP/1.1"), $"GET {seen}");
        }
    }

    private static IEnumerable<WireCase> Headers()
    {
        foreach (var header in OddHeaders)
        {
            yield return WireCase.Refused($"odd header {header}", WireCase.Head(header) + WireCase.Smuggled);
            yield return WireCase.Refused($"odd header after a length {header}", WireCase.Head($"Content-Length: 5\r\n{header}") + "hello" + WireCase.Smuggled);
            yield return WireCase.Refused($"odd first header {header}", $"GET /x HTTP/1.1\r\n{header}\r\nHost: localhost{Close}{WireCase.Smuggled}");
        }
    }

    private static IEnumerable<WireCase> Hosts()
    {
        foreach (var host in OddHosts)
        {
            yield return WireCase.Refused($"odd host {host}", $"GET /x HTTP/1.1\r\n{host}{Close}{WireCase.Smuggled}");
        }

        yield return WireCase.Refused("no host", $"GET /x HTTP/1.1{Close}{WireCase.Smuggled}");
        yield return new("an empty host", $"GET /x HTTP/1.1\r\nHost: {Close}", "GET /x");
        yield return WireCase.Refused("absolute form without host", $"GET http://localhost/x HTTP/1.1{Close}{WireCase.Smuggled}");
    }

    /// <summary>Lines ended by something else than CR LF.</summary>
    private static IEnumerable<WireCase> Ends()
    {
        yield return WireCase.Refused("LF ends the request line", $"GET /x HTTP/1.1\nHost: localhost{Close}{WireCase.Smuggled}");
        yield return WireCase.Refused("LF ends a header", $"GET /x HTTP/1.1\r\nHost: localhost\nX: 1{Close}{WireCase.Smuggled}");
        yield return WireCase.Refused("LF ends the head", $"GET /x HTTP/1.1\r\nHost: localhost\r\n\n{WireCase.Smuggled}");
        yield return WireCase.Refused("LF ends all lines", $"GET /x HTTP/1.1\nHost: localhost\n\n{WireCase.Smuggled}");
        yield return WireCase.Refused("CR ends a header", $"GET /x HTTP/1.1\r\nHost: localhost\rX: 1{Close}{WireCase.Smuggled}");
        yield return WireCase.Refused("CR ends the head", $"GET /x HTTP/1.1\r\nHost: localhost\r\n\rX{Close}{WireCase.Smuggled}");
        yield return WireCase.Refused("CR CR LF ends a header", $"GET /x HTTP/1.1\r\nHost: localhost\r\r\nX: 1{Close}{WireCase.Smuggled}");
    }

    /// <summary>Another protocol asked for in the middle of a connection would carry requests past every rule.</summary>
    private static IEnumerable<WireCase> Upgrades()
    {
        yield return new("an upgrade to HTTP/2", WireCase.Head("Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "GET /x HTTP/1.1"), "GET /x");
        yield return new("an upgrade to TLS", WireCase.Head("Connection: Upgrade\r\nUpgrade: TLS/1.2", "GET /x HTTP/1.1"), "GET /x");
        yield return new("a body that must be asked for", WireCase.Head("Content-Length: 5\r\nExpect: 100-continue") + "hello", "POST /x hello");
        yield return new("an unknown expectation", WireCase.Head("Content-Length: 5\r\nExpect: x") + "hello", "POST /x hello");
    }
}
