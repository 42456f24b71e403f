using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Cli.Wire;

/// <summary>Speaks to the Admin API the way decK does: same headers, paging, time limit and repeats.</summary>
internal sealed class AdminClient : IAdminReader, IDisposable
{
    private const int PageSize = 1000;
    private const int WriteAttempts = 5;
    private const int ThrottleAttempts = 10;

    private readonly HttpClient _http;
    private readonly string _address;
    private readonly TimeProvider _time;
    private string _base;

    /// <param name="settings">Where to and with what.</param>
    /// <param name="isKonnect">Whether the Konnect address and token are used.</param>
    /// <param name="workspace">Workspace in front of every path, or null.</param>
    /// <param name="time">For the waits between repeats.</param>
    public AdminClient(ConnectionSettings settings, bool isKonnect, string? workspace, TimeProvider time)
    {
        IsKonnect = isKonnect;
        _time = time;
        _address = (isKonnect ? settings.KonnectAddress ?? ConnectionSettings.DefaultKonnectAddress : settings.KongAddress).TrimEnd('/');
        if (!Uri.TryCreate(_address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CommandFailureException($"'{_address}' is not an address of an Admin API; write it as http://host:port");
        }

        _base = string.IsNullOrEmpty(workspace) || workspace == "default" ? _address : $"{_address}/{Uri.EscapeDataString(workspace)}";
        _http = new HttpClient(CreateHandler(settings, uri)) { Timeout = settings.Timeout };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", $"decK/{CliVersion.Deck} gatehouse/{CliVersion.Product}");
        if (isKonnect && !string.IsNullOrEmpty(settings.KonnectToken))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.KonnectToken);
        }

        foreach (var header in settings.Headers)
        {
            AddHeader(header);
        }
    }

    public bool IsKonnect { get; }

    /// <summary>Address as the user knows it, for messages.</summary>
    public string Address => _address;

    /// <summary>Finds the control plane by name and directs every later call to its entities.</summary>
    public async Task SelectControlPlaneAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            HttpMethod.Get, $"/v2/control-planes?filter[name][eq]={Uri.EscapeDataString(name)}", null, cancellationToken);
        if (answer.Status == 404)
        {
            answer = await SendAsync(HttpMethod.Get, "/konnect-api/api/runtime_groups", null, cancellationToken);
        }

        if (!answer.IsSuccess)
        {
            throw new CommandFailureException($"getting control planes: {Describe(answer)}");
        }

        var found = ((answer.Body as JsonObject)?["data"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .FirstOrDefault(c => c["name"]?.ToString() == name);
        _base = found?["id"]?.ToString() is { } id
            ? $"{_address}/v2/control-planes/{id}/core-entities"
            : throw new CommandFailureException($"control plane not found: {name}");
    }

    /// <summary>A refusal with what to do about it.</summary>
    public string Describe(AdminAnswer answer) => answer.Describe() + ConnectionFailure.Advice(answer.Status, IsKonnect);

    /// <summary>All pages of a collection.</summary>
    /// <param name="path">Path below the base, such as <c>/services</c>.</param>
    /// <param name="tags">Only entities with all of these tags; empty for all.</param>
    /// <param name="tolerated">Statuses that mean that the server does not have this kind.</param>
    /// <returns>The entities; null when the server does not have the kind.</returns>
    public async Task<List<JsonObject>?> ListAsync(
        string path, IReadOnlyCollection<string> tags, IReadOnlyCollection<int> tolerated, CancellationToken cancellationToken)
    {
        var rows = new List<JsonObject>();
        string? offset = null;
        do
        {
            var query = new StringBuilder(path).Append("?size=").Append(PageSize);
            if (tags.Count > 0)
            {
                query.Append("&tags=").Append(Uri.EscapeDataString(string.Join(',', tags)));
            }

            if (offset is not null)
            {
                query.Append("&offset=").Append(Uri.EscapeDataString(offset));
            }

            var answer = await SendAsync(HttpMethod.Get, query.ToString(), null, cancellationToken);
            if (tolerated.Contains(answer.Status))
            {
                return null;
            }

            if (!answer.IsSuccess)
            {
                throw new CommandFailureException($"reading {path.TrimStart('/')}: {Describe(answer)}");
            }

            if (answer.Body is not JsonObject { } page || page["data"] is not JsonArray data)
            {
                throw new CommandFailureException($"reading {path.TrimStart('/')}: the answer is not a list; is {_address} an Admin API?");
            }

            rows.AddRange(data.OfType<JsonObject>());
            offset = page["offset"]?.ToString();
        }
        while (!string.IsNullOrEmpty(offset));

        return rows;
    }

    /// <summary>One call. Writes are repeated after a 500, and every call of Konnect mode after a 429, as decK does.</summary>
    public async Task<AdminAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromSeconds(1);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendOnceAsync(method, path, body, cancellationToken);
            if (answer.Status == 500 && method != HttpMethod.Get && attempt < WriteAttempts)
            {
                await Task.Delay(wait, _time, cancellationToken);
                wait *= 3;
            }
            else if (answer.Status == 429 && IsKonnect && attempt < ThrottleAttempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(answer.RetryAfter ?? 10, 0, 60)), _time, cancellationToken);
            }
            else
            {
                return answer;
            }
        }
    }

    public Task<AdminAnswer> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<AdminAnswer> SendOnceAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _base + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString(PlainJson.Compact)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return new AdminAnswer((int)response.StatusCode, Parse(text), RetryAfterOf(response));
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailureException(ConnectionFailure.Describe(e, _address, IsKonnect), e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailureException(
                string.Create(CultureInfo.InvariantCulture, $"the Admin API at {_address} did not answer within {_http.Timeout.TotalSeconds} s"), e);
        }
    }

    private static double? RetryAfterOf(HttpResponseMessage response)
        => response.StatusCode == HttpStatusCode.TooManyRequests ? response.Headers.RetryAfter?.Delta?.TotalSeconds : null;

    private static JsonNode? Parse(byte[] text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void AddHeader(string header)
    {
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !_http.DefaultRequestHeaders.TryAddWithoutValidation(header[..colon].Trim(), header[(colon + 1)..].Trim()))
        {
            // The value may be a token, so only the name is repeated.
            throw new CommandFailureException(
                $"the header '{(colon < 1 ? "…" : header[..colon])}' is malformed; write headers as name:value");
        }
    }

    private static SocketsHttpHandler CreateHandler(ConnectionSettings settings, Uri address)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = settings.Cookies is not null,
            // A proxy for the way out must not stand between this process and a gateway on the same machine.
            UseProxy = !address.IsLoopback,
            SslOptions = ClientTls.Create(settings),
        };
        if (settings.Cookies is { } cookies)
        {
            handler.CookieContainer = cookies;
        }

        return handler;
    }
}
