using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Replay;
using Gateway.Core.Upstreams;

namespace ConsoleWeb.Features.Connect;

/// <summary>What a test request brought.</summary>
/// <param name="Status">0: no answer.</param>
/// <param name="Text">The first 200 characters of the model's words, or what was wrong.</param>
/// <param name="Tokens">Of the prompt and of the answer, as the answer says; null: it says nothing.</param>
internal sealed record TestAnswer(int Status, TimeSpan Time, string Text, (long In, long Out)? Tokens = null);

/// <summary>Sends one small call through a route, as any client would.</summary>
internal sealed class TestRequest(UpstreamClients clients, TimeProvider time)
{
    public const string UserAgent = "gatehouse-test";

    private const int Shown = 200;

    /// <summary>Path behind the route's and body of a first call.</summary>
    public static (string Path, string Body) Of(ConnectedFlow flow)
    {
        var model = flow.Model ?? (flow.Shape == ApiShape.Responses ? "gpt-4o" : ConnectModels.Usual(flow.Provider));
        return flow.Shape switch
        {
            ApiShape.Messages => ("/v1/messages", $$"""{"model":"{{model}}","max_tokens":64,"messages":[{"role":"user","content":"Ping"}]}"""),
            ApiShape.Responses => ("/responses", $$"""{"model":"{{model}}","input":[{"role":"user","content":"Ping"}]}"""),
            _ => ("/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Ping"}]}"""),
        };
    }

    /// <param name="url">The gateway's address with the route's path.</param>
    public async Task<TestAnswer> SendAsync(ConnectedFlow flow, string url, string? key, CancellationToken cancellationToken)
    {
        var (path, body) = Of(flow);
        using var request = new HttpRequestMessage(HttpMethod.Post, url + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? ClientCommand.Placeholder);
        request.Headers.UserAgent.ParseAdd(UserAgent + "/1.0");
        var started = time.GetTimestamp();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(2));
            using var answer = await clients.Get(verifyTls: false, TimeSpan.FromSeconds(10)).SendAsync(request, limit.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(limit.Token);
            var words = new AnswerText(isStream: false);
            words.Push(bytes);
            words.Complete();
            var text = words.Text;
            return new((int)answer.StatusCode, time.GetElapsedTime(started), text.Length > Shown ? text[..Shown] + "…" : text, TokensOf(bytes));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(0, time.GetElapsedTime(started), exception.Message);
        }
    }

    /// <summary>The counts of an answer: OpenAI's Chat calls them prompt and completion, Responses and Anthropic's Messages input and output.</summary>
    internal static (long In, long Out)? TokensOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var usage = JsonNode.Parse(body)?["usage"];
            return Number(usage, "input_tokens", "prompt_tokens") is { } prompt && Number(usage, "output_tokens", "completion_tokens") is { } answer ? (prompt, answer) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }

        static long? Number(JsonNode? usage, string name, string otherName) =>
            (usage?[name] ?? usage?[otherName]) is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
    }
}
