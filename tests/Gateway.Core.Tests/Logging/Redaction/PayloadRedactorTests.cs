using System.Text.Json;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace Gateway.Core.Tests.Logging.Redaction;

public sealed class PayloadRedactorTests
{
    private const string Mail = @"[\w.]+@[\w.]+\.\w+";

    /// <summary>Paths are marked by a leading <c>/</c>, everything else is a pattern.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        { Mail, """{"a":"write to ann@example.org now","n":1}""", """{"a":"write to [redacted:rule] now","n":1}""" },
        { Mail, """{ "a" : [ "ann@example.org", "none", {"b":"x\nbob@example.org"} ] }""", """{ "a" : [ "[redacted:rule]", "none", {"b":"x\n[redacted:rule]"} ] }""" },
        { Mail, """{"a":"ann\u0040example.org"}""", """{"a":"[redacted:rule]"}""" },
        { Mail, """{"a":"nothing here","b":1.50e3}""", """{"a":"nothing here","b":1.50e3}""" },
        { Mail, "plain text of ann@example.org", "plain text of [redacted:rule]" },
        { Mail, """{"a":"the rest was cut: ann@example.org and""", """{"a":"the rest was cut: [redacted:rule] and""" },
        { Mail, "data: {\"a\":\"ann@example.org\"}\n\n", "data: {\"a\":\"[redacted:rule]\"}\n\n" },
        { "\"", """{"a":"say \"hi\""}""", """{"a":"say [redacted:rule]hi[redacted:rule]"}""" },
        { "/messages[*].content", """{"messages":[{"role":"user","content":"a"},{"role":"user","content":[{"text":"b"}]}],"content":"c"}""", """{"messages":[{"role":"user","content":"[redacted:rule]"},{"role":"user","content":"[redacted:rule]"}],"content":"c"}""" },
        { "/$.messages.1", """{"messages":["a","b","c"]}""", """{"messages":["a","[redacted:rule]","c"]}""" },
        { "/**.password", """{"password":1,"a":{"b":[{"password":{"x":null}},{"passwords":"kept"}]}}""", """{"password":"[redacted:rule]","a":{"b":[{"password":"[redacted:rule]"},{"passwords":"kept"}]}}""" },
        { "/a", """{"b":{"a":1}}""", """{"b":{"a":1}}""" },
        { "/a", """{"a":"cut in the mid""", "{\"a\":\"[redacted:rule]\"" },
        { "/a", """{"a":{"b":["cut in the mid""", "{\"a\":\"[redacted:rule]\"" },
        { "/a", "not json", "not json" },
        { "/$", """{"a":1}""", "\"[redacted:rule]\"" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Apply_Body_LosesWhatTheRuleMeansAndNothingElse(string rule, string body, string expected)
    {
        var record = Apply(body, rule);

        Assert.Equal(expected, record.Llm!.RequestPayload);
        Assert.Equal(expected == body ? [] : ["rule"], record.Llm.Redacted);
    }

    [Fact]
    public void Apply_Twice_ChangesNothingMore()
    {
        var once = Apply("""{"a":"ann@example.org","password":"x"}""", Mail, "/password").Llm!.RequestPayload!;

        Assert.Equal(once, Apply(once, Mail, "/password").Llm!.RequestPayload);
    }

    [Fact]
    public void Apply_BodyCutAnywhere_NeverShowsAValueThatAPathMeans()
    {
        const string body = """{"x":[1,{"secret": "CANARY"}],"y":{"secret":{"deep":["CANARY",2]},"z":"kept"},"list":["CANARY","CANARY"]}""";
        for (var length = 0; length <= body.Length; length++)
        {
            var shown = Apply(body[..length], "/**.secret", "/list[*]").Llm!.RequestPayload!;

            Assert.DoesNotContain("CA", shown, StringComparison.Ordinal);
            if (length == body.Length)
            {
                Assert.Equal("kept", JsonDocument.Parse(shown).RootElement.GetProperty("y").GetProperty("z").GetString());
            }
        }
    }

    [Fact]
    public void Apply_RequestAndResponse_AreBothTreatedAndEachRuleIsNamedOnce()
    {
        var record = SomeRecords.AiProxy();
        (record.Llm!.RequestPayload, record.Llm.ResponsePayload) = ("""{"a":"ann@example.org"}""", """{"b":"bob@example.org"}""");

        Redactor(Mail).Apply(record);

        Assert.Equal(("""{"a":"[redacted:rule]"}""", """{"b":"[redacted:rule]"}"""), (record.Llm.RequestPayload, record.Llm.ResponsePayload));
        Assert.Equal(["rule"], record.Llm.Redacted);
    }

    [Theory]
    [InlineData("a rule", "a", null, "Rules:0:Name")]
    [InlineData("rule", null, null, "Rules:0:Path")]
    [InlineData("rule", "a", "b", "Rules:0:Path")]
    [InlineData("rule", null, "(", "Rules:0:Pattern")]
    [InlineData("rule", null, "a(?=b)", "Rules:0:Pattern")]
    [InlineData("rule", null, @"(a)\1", "Rules:0:Pattern")]
    [InlineData("rule", null, "a*", "Rules:0:Pattern")]
    public void Validate_FaultyRule_NamesItsKey(string name, string? path, string? pattern, string key)
    {
        var result = new RedactionOptionsValidator().Validate(null, new RedactionOptions { Rules = [new RedactionRule { Name = name, Path = path, Pattern = pattern }] });

        Assert.Contains($"Gateway:Logs:Redaction:{key}", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    private static RequestRecord Apply(string body, params string[] rules)
    {
        var record = SomeRecords.AiProxy();
        record.Llm!.RequestPayload = body;
        Redactor(rules).Apply(record);
        return record;
    }

    private static PayloadRedactor Redactor(params string[] rules) => new(Microsoft.Extensions.Options.Options.Create(new RedactionOptions
    {
        Rules = [.. rules.Select(r => r.StartsWith('/') ? new RedactionRule { Name = "rule", Path = r[1..] } : new RedactionRule { Name = "rule", Pattern = r })],
    }), TimeProvider.System);
}
