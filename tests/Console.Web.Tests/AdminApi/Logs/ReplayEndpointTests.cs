using System.Net;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>A recorded request sent again over the Admin API, before a model that notes what it gets.</summary>
public sealed class ReplayEndpointTests : IAsyncLifetime
{
    private ReplayScene? _scene;

    private ReplayScene Scene => _scene!;

    private TestHost Host => Scene.Host;

    public async ValueTask InitializeAsync() => _scene = await ReplayScene.StartAsync();

    public async ValueTask DisposeAsync() => await Scene.DisposeAsync();

    [Fact]
    public async Task Replay_Unchanged_SendsOneLikeTheFirstAndLinksItsRecord()
    {
        var first = await Scene.CallAsync(headers: [("Authorization", "Bearer theirs"), ("session_id", "s-1"), ("User-Agent", "codex/1"), ("OpenAI-Beta", "x=1")]);

        var answer = await ReplayAsync(first.Row.RequestId, "{}");

        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        var second = await Scene.FindAsync(answer["id"]!.ToString());
        Assert.Equal(($"/logs/{second.Row.RequestId}", true, 200, "ok"), (answer.Headers["Location"], answer["stored"]!.GetValue<bool>(), answer["status"]!.GetValue<int>(), answer["outcome"]!.ToString()));
        Assert.Equal((first.Row.RequestId, "replay", null), (second.Row.ReplayOf, second.Row.Agent, second.Row.SessionId));
        Assert.Equal((first.Row.Model, first.Row.RequestedModel, "chat", first.Row.InputTokens), (second.Row.Model, second.Row.RequestedModel, second.Row.RouteName, second.Row.InputTokens));
        Assert.Equal(2, Scene.Upstream.Requests.Count);
        var (before, after) = (Scene.Upstream.Requests[0], Scene.Upstream.Requests[1]);
        Assert.Equal((before.Target, Canonical(before.BodyText)), (after.Target, Canonical(after.BodyText)));
        Assert.Equal(("Bearer provider", "x=1"), (after.Headers["Authorization"], after.Headers["OpenAI-Beta"]));
        Assert.Equal([second.Row.RequestId], Ids(await Host.GetAsync($"/logs?q=replay_of:{first.Row.RequestId}")));
    }

    [Fact]
    public async Task Replay_OfATranslatedCall_SendsWhatItsClientSent()
    {
        const string body = """{"model": "claude-x", "max_tokens": 5, "metadata": {"user_id": "user_1_session_11111111-1111-1111-1111-111111111111"}, "messages": [{"role": "user", "content": "Hi"}]}""";
        var first = await Scene.CallAsync("/messages/v1/messages", body, ("anthropic-version", "2023-06-01"));

        var second = await Scene.FindAsync((await ReplayAsync(first.Row.RequestId, "{}"))["id"]!.ToString());

        Assert.Equal((body, "anthropic_messages", 200), (second.Record["ai"]!["proxy"]!["payload"]!["client_request"]!.ToString(), second.Record["gatehouse"]!["client_format"]!.ToString(), second.Row.Status));
        Assert.Equal("2023-06-01", second.Record["request"]!["headers"]!["anthropic-version"]!.ToString());
        Assert.NotNull(first.Row.SessionId);
        Assert.Null(second.Row.SessionId);
    }

    [Fact]
    public async Task Replay_ToAnotherRouteWithAKey_GoesThereAsItsConsumer()
    {
        var first = await Scene.CallAsync();

        var without = await ReplayAsync(first.Row.RequestId, """{"route":"keyed"}""");
        var pasted = await ReplayAsync(first.Row.RequestId, $$"""{"route":"keyed","headers":{"x-team-key":"{{ReplayScene.Key}}"} }""");
        var chosen = await ReplayAsync(first.Row.RequestId, $$"""{"route":"keyed","model":"gpt-other","credential":"{{Scene.Credential}}"}""");

        Assert.Equal((401, "rejected", "/keyed/chat/completions?a=1"), (without["status"]!.GetValue<int>(), without["outcome"]!.ToString(), without["path"]!.ToString()));
        Assert.Equal(200, pasted["status"]!.GetValue<int>());
        var stored = await Scene.FindAsync(chosen["id"]!.ToString());
        Assert.Equal(("keyed", "ada", "gpt-three", "gpt-other"), (stored.Row.RouteName, stored.Row.ConsumerName, stored.Row.Model, stored.Row.RequestedModel));
        Assert.DoesNotContain(ReplayScene.Key, stored.Record.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ReplayScene.Key, (await Host.GetAsync("/gatehouse/audit")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_WithAnotherBody_SendsThat()
    {
        var first = await Scene.CallAsync();

        var answer = await ReplayAsync(first.Row.RequestId, """{"path":"/chat/other","body":{"messages":[{"role":"user","content":"Bye <b>ä</b>"}]}}""");

        var stored = await Scene.FindAsync(answer["id"]!.ToString());
        Assert.Equal(("/chat/other", null), (stored.Row.Path, stored.Row.RequestedModel));
        Assert.Contains("Bye <b>ä</b>", Scene.Upstream.Requests[^1].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_AskedTwiceWithOneKey_SendsOnce()
    {
        var first = await Scene.CallAsync();
        var other = await Scene.CallAsync();

        var answers = await Task.WhenAll(ReplayAsync(first.Row.RequestId, "{}", "key-1"), ReplayAsync(first.Row.RequestId, "{}", "key-1"));
        var foreign = await ReplayAsync(other.Row.RequestId, "{}", "key-1");
        var again = await ReplayAsync(first.Row.RequestId, "{}", "key-2");

        Assert.Equal(answers[0]["id"]!.ToString(), answers[1]["id"]!.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, foreign.Status);
        Assert.NotEqual(answers[0]["id"]!.ToString(), again["id"]!.ToString());
        Assert.Equal(4, Scene.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Replay_NotWaitedFor_AnswersWhileItRuns()
    {
        Scene.Open();
        var first = await Scene.CallAsync(body: """{"stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        var answer = await ReplayAsync(first.Row.RequestId, """{"wait":false}""");

        Assert.Equal((HttpStatusCode.Created, false), (answer.Status, answer["stored"]!.GetValue<bool>()));
        Assert.True((await Scene.FindAsync(answer["id"]!.ToString())).Row.IsStream);
    }

    [Fact]
    public async Task Replay_LeftByItsCaller_IsStopped()
    {
        var first = (await Scene.CallAsync()).Row.RequestId;
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.AdminUrl, $"/logs/{first}/replay"))
        {
            Content = new StringContent("""{"body":{"stream":true,"messages":[{"role":"user","content":"Hi"}]}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", Host.Token);
        using var leave = new CancellationTokenSource();
        var call = client.SendAsync(request, leave.Token);
        Assert.True(await Poll.UntilAsync(() => Scene.Upstream.Requests.Count == 2));

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(await Poll.UntilAsync(async () => Ids(await Host.GetAsync($"/logs?q=replay_of:{first}%20outcome:client_closed")).Count == 1));
    }

    [Fact]
    public async Task Refusals_SayWhy()
    {
        var first = (await Scene.CallAsync()).Row.RequestId;
        var refused = (await Scene.CallAsync(body: "no json")).Row.RequestId;
        foreach (var (id, body, status, part) in new (string, string, int, string)[]
        {
            ("nothing", "{}", 404, "Not found"),
            (refused, "{}", 409, "refused this request before it was sent"),
            (first, """{"route":"nowhere"}""", 400, "no route 'nowhere'"),
            (first, """{"path":"chat"}""", 400, "begins with a slash"),
            (first, """{"path":"/a b"}""", 400, "no blanks"),
            (first, """{"path":"/a\r\nX-Evil: 1"}""", 400, "no blanks"),
            (first, """{"headers":{"Host":"evil"}}""", 400, "cannot be set"),
            (first, """{"headers":{"x-gatehouse-replay":"a"}}""", 400, "cannot be set"),
            (first, """{"headers":{"x-a":"a\r\nb: c"}}""", 400, "characters"),
            (first, """{"headers":{"a b":"c"}}""", 400, "cannot be set"),
            (first, """{"headers":[]}""", 400, "object of texts"),
            (first, """{"body":[]}""", 400, "must be a JSON object"),
            (first, """{"credential":"11111111-1111-1111-1111-111111111111"}""", 400, "no key"),
            (first, """{"credential":"a"}""", 400, "the id of a consumer"),
            (first, """{"wait":"no"}""", 400, "true or false"),
            (first, """{"modle":"a"}""", 400, "'modle' is not a member"),
        })
        {
            var answer = await ReplayAsync(id, body);

            Assert.Equal((body, status), (body, (int)answer.Status));
            Assert.Contains(part, answer["message"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.Single(Scene.Upstream.Requests);
    }

    [Fact]
    public async Task Scopes_BothAreNeeded_AndEverySendingIsInTheAuditLog()
    {
        var first = (await Scene.CallAsync()).Row.RequestId;
        foreach (var (scopes, expected) in new (string[], HttpStatusCode)[]
        {
            ([TokenScopes.LogsRead, TokenScopes.PayloadsRead, TokenScopes.ConfigWrite], HttpStatusCode.Forbidden),
            ([TokenScopes.LogsReplay], HttpStatusCode.Forbidden),
            ([TokenScopes.LogsReplay, TokenScopes.PayloadsRead], HttpStatusCode.Created),
        })
        {
            var token = await Host.MakeTokenAsync(scopes);
            Assert.Equal(expected, (await Host.SendAsync(HttpMethod.Post, $"/logs/{first}/replay", "{}", token)).Status);
        }

        Assert.Equal(2, Scene.Upstream.Requests.Count);
        Assert.True(await Poll.UntilAsync(async () => (await Host.GetAsync("/gatehouse/audit?q=logs.replay")).Text.Contains(first, StringComparison.Ordinal)));
        var entries = (await Host.GetAsync("/gatehouse/audit?q=logs.replay"))["data"]!.AsArray();
        Assert.Equal(["ok", "refused"], entries.Select(e => e!["outcome"]!.ToString()));
    }

    [Fact]
    public async Task Compare_TwoRequests_TellsFiguresDifferencesAndAnswers()
    {
        var first = (await Scene.CallAsync()).Row.RequestId;
        var second = (await ReplayAsync(first, """{"route":"keyed","headers":{"x-team-key":"K"},"model":"gpt-other"}""".Replace("\"K\"", $"\"{ReplayScene.Key}\"", StringComparison.Ordinal)))["id"]!.ToString();

        var answer = (await Host.GetAsync($"/logs/{first}/compare/{second}")).Json;

        Assert.Equal((first, second, first), (answer["a"]!["request_id"]!.ToString(), answer["b"]!["request_id"]!.ToString(), answer["b"]!["replay_of"]!.ToString()));
        var input = answer["figures"]!.AsArray().Single(f => f!["name"]!.ToString() == "input_tokens")!;
        Assert.Equal((9, 9, 0), (input["a"]!.GetValue<double>(), input["b"]!.GetValue<double>(), input["difference"]!.GetValue<double>()));
        var model = answer["facts"]!.AsArray().Single(f => f!["name"]!.ToString() == "model")!;
        Assert.Equal(("gpt-one", "gpt-three", false), (model["a"]!.ToString(), model["b"]!.ToString(), model["same"]!.GetValue<bool>()));
        Assert.Equal(("Hello from gpt-one", "Hello from gpt-three"), (answer["answers"]!["a"]!.ToString(), answer["answers"]!["b"]!.ToString()));
        Assert.Equal("/model", Assert.Single(answer["request"]!.AsArray())!["path"]!.ToString());

        var metadata = await Host.SendAsync(HttpMethod.Get, $"/logs/{first}/compare/{second}", null, await Host.MakeTokenAsync(TokenScopes.LogsRead));
        Assert.Equal((null, null), (metadata["request"], metadata["answers"]));
        Assert.DoesNotContain("Hello", metadata.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.GetAsync($"/logs/{first}/compare/nothing")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Get, $"/logs/{first}/compare/{second}", null, await Host.MakeTokenAsync(TokenScopes.ConfigRead))).Status);
    }

    private async Task<Answer> ReplayAsync(string id, string body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.AdminUrl, $"/logs/{id}/replay")) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Host.Token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Host.SendAsync(request);
    }

    private static string Canonical(string json) => CanonicalJson.Of(json);

    private static IReadOnlyList<string> Ids(Answer answer) => [.. answer["data"]!.AsArray().Select(r => r!["request"]!["id"]!.ToString())];
}
