using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>
/// Calls the gateway as decK does and reads the answers as strictly: the headers of its HTTP client, pages followed by <c>offset</c>
/// only, one shape of refusals, writes that are tried again after a 500.
/// </summary>
internal sealed class DeckClient
{
    private const int Attempts = 5;

    private readonly TestHost _host;
    private readonly string _prefix;

    private DeckClient(TestHost host, DeckMode mode, string prefix) => (_host, Mode, _prefix) = (host, mode, prefix);

    public DeckMode Mode { get; }

    public bool IsKonnect => Mode != DeckMode.Gateway;

    /// <summary>Rows of a page. decK's own number is the largest there may be.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Writes whose answer is lost as if a server in between had failed; each counts one down.</summary>
    public int LostAnswers { get; set; }

    /// <summary>Looks the control plane up by its name where there is one.</summary>
    public static async Task<DeckClient> ConnectAsync(TestHost host, DeckMode mode, string controlPlane = "quickstart", int pageSize = 1000)
    {
        if (mode == DeckMode.Gateway)
        {
            return new DeckClient(host, mode, "") { PageSize = pageSize };
        }

        var groups = await new DeckClient(host, mode, "").GetAsync("/konnect-api/api/runtime_groups");
        Assert.Equal(1, groups["page"]!.GetValue<int>());
        var found = groups["data"]!.AsArray().SingleOrDefault(g => g!["name"]!.GetValue<string>() == controlPlane)
            ?? throw new InvalidDataException($"control plane not found: {controlPlane}");
        var id = found["id"]!.GetValue<string>();
        var prefix = mode == DeckMode.Konnect ? $"/v2/control-planes/{id}/core-entities" : $"/konnect-api/api/runtime_groups/{id}";
        return new DeckClient(host, mode, prefix) { PageSize = pageSize };
    }

    public async Task<JsonObject> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null);
        Assert.True(answer.Status == HttpStatusCode.OK, $"GET {path}: {(int)answer.Status} {answer.Text}");
        return answer.Json;
    }

    /// <summary>Reads a collection to its last page.</summary>
    /// <returns>Null when the server has no such collection.</returns>
    public async Task<List<JsonObject>?> ListAsync(string path, IReadOnlyList<string>? tags = null)
    {
        var rows = new List<JsonObject>();
        var collection = path.Split('/')[^1];
        string? offset = null;
        do
        {
            var query = $"?size={PageSize}"
                + (offset is null ? "" : "&offset=" + Uri.EscapeDataString(offset))
                + (tags is { Count: > 0 } ? "&tags=" + Uri.EscapeDataString(string.Join(',', tags)) : "");
            var answer = await SendAsync(HttpMethod.Get, path + query, null);
            if (answer.Status == HttpStatusCode.NotFound)
            {
                return null;
            }

            Assert.True(answer.Status == HttpStatusCode.OK, $"GET {path}{query}: {(int)answer.Status} {answer.Text}");
            offset = ReadPage(collection, answer.Text, rows);
        }
        while (offset is not null);
        return rows;
    }

    /// <summary>Makes a write; a 500 is tried again, another refusal is the caller's.</summary>
    public async Task<Answer> WriteAsync(HttpMethod method, string path, JsonObject? body)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendAsync(method, path, body);
            var isLost = LostAnswers > 0 && LostAnswers-- > 0;
            if (attempt == Attempts || !(isLost || answer.Status == HttpStatusCode.InternalServerError))
            {
                return answer;
            }
        }
    }

    /// <summary>Makes one call and checks what every answer must keep.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        var request = new HttpRequestMessage(method, new Uri(_host.AdminUrl, _prefix + path));
        request.Headers.TryAddWithoutValidation("User-Agent", "decK/1.53.2");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.Token);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        }

        var answer = await _host.SendAsync(request);
        Assert.DoesNotContain("ai-gateway", answer.Headers["Server"], StringComparison.Ordinal);
        if ((int)answer.Status >= 400)
        {
            CheckRefusal(answer);
        }

        return answer;
    }

    private static string? ReadPage(string collection, string text, List<JsonObject> rows)
    {
        using var page = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        foreach (var row in page.RootElement.GetProperty("data").EnumerateArray())
        {
            GoTypes.Check(collection, row);
            rows.Add(JsonNode.Parse(row.GetRawText())!.AsObject());
        }

        var next = page.RootElement.GetProperty("next");
        if (!page.RootElement.TryGetProperty("offset", out var offset))
        {
            Assert.Equal(JsonValueKind.Null, next.ValueKind);
            return null;
        }

        // An empty text would be asked for again and again.
        Assert.NotEqual("", offset.GetString());
        Assert.Contains("offset=" + Uri.EscapeDataString(offset.GetString()!), next.GetString(), StringComparison.Ordinal);
        return offset.GetString();
    }

    /// <summary>decK shows <c>message</c>; a code comes with its name and what it is about.</summary>
    private static void CheckRefusal(Answer answer)
    {
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
        var body = answer.Json;
        Assert.NotEqual("", body["message"]!.GetValue<string>());
        if (body["code"] is { } code)
        {
            Assert.InRange(code.GetValue<int>(), 1, 19);
            Assert.NotEqual("", body["name"]!.GetValue<string>());
            Assert.True(body["fields"] is null or JsonObject);
        }
    }
}
