using Gateway.Core.Logging;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace Gateway.LogBench;

/// <summary>
/// Two days of a small team until now, always the same ones: agents by day, a script by night, an afternoon on which a provider struggled.
/// For the pictures of the documentation (<c>./dev.sh pictures</c>).
/// </summary>
internal sealed class Day
{
    private const int Minutes = 2 * 24 * 60;

    private static readonly Client[] Clients =
    [
        new("claude-code", "claude", "anthropic", "claude-sonnet-4-5", "/claude/v1/messages", "anthropic_messages", 46, 3.00m, 0.30m, 15.00m),
        new("codex", "codex", "openai", "gpt-5-codex", "/codex/responses", "openai_responses", 38, 1.25m, 0.125m, 10.00m),
        new("openai-sdk", "app", "openai", "gpt-5-mini", "/app/v1/chat/completions", "openai_chat", 12, 0.25m, 0.025m, 2.00m),
        new("curl", "app", "openai", "gpt-4o", "/app/v1/chat/completions", "openai_chat", 4, 2.50m, 1.25m, 10.00m),
    ];

    private readonly Random _random = new(11);
    private readonly Dictionary<string, (string Id, int Turn)> _sessions = [];
    private readonly string[] _people = ["ada", "grace", "edsger"];

    /// <param name="until">The last minute.</param>
    public IEnumerable<RequestRecord> List(DateTimeOffset until)
    {
        var begin = until.AddMinutes(-Minutes);
        for (var minute = 0; minute < Minutes; minute++)
        {
            var at = begin.AddMinutes(minute);
            // Seen from the reader's clock the last hours are always a working day.
            var hour = (minute / 60.0) % 24;
            var busy = hour is > 13 or < 2 ? 3.2 : hour < 5 ? 1.1 : 0.25;
            for (var calls = (int)(busy * (0.4 + _random.NextDouble())) + (_random.NextDouble() < busy % 1 ? 1 : 0); calls > 0; calls--)
            {
                yield return Make(at.AddMilliseconds(_random.Next(60_000)), isRough: minute is > 2600 and < 2680);
            }
        }
    }

    private RequestRecord Make(DateTimeOffset moment, bool isRough)
    {
        var at = moment.ToUnixTimeMilliseconds();
        var client = Pick();
        var person = _people[_random.Next(_people.Length)];
        var (session, turn) = SessionOf(client, person);
        var status = _random.Next(isRough ? 9 : 130) switch { 0 => 502, 1 when isRough || _random.Next(2) == 0 => 429, _ => 200 };
        var isGood = status == 200;
        var isAgent = client.Agent is "codex" or "claude-code";
        var cached = isAgent ? turn * _random.Next(900, 1900) : 0;
        var input = _random.Next(60, isAgent ? 2600 : 900);
        var output = _random.Next(20, isAgent ? 900 : 400);
        var first = 240 + (Math.Pow(_random.NextDouble(), 3) * 2600) + (isRough ? 1800 : 0);
        var total = first + (output * (6 + (_random.NextDouble() * 8)));
        var id = RequestIds.New(at);
        var record = new RequestRecord
        {
            RequestId = id,
            StartedAtMs = at,
            StartTimestamp = at,
            Method = "POST",
            Uri = client.Path,
            BaseUrl = "http://localhost:8000",
            ClientIp = "127.0.0.1",
            RequestHeaders = client.Agent == "codex" ? Headers.OfCodex(session) : Headers.OfClaudeCode(session),
            ResponseHeaders = client.Provider == "openai" ? Headers.OfOpenAi(id, total) : Headers.OfAnthropic(id),
            Status = status,
            IsFromUpstream = true,
            UpstreamUri = client.Path,
            UpstreamStatus = status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Service = new ServiceConfig { Id = Id(client.Name, 1), Name = $"{client.Name}-service", Host = "localhost", Port = 80, Protocol = "http" },
            Route = new RouteConfig { Id = Id(client.Name, 2), Name = $"{client.Name}-route", Paths = [$"/{client.Name}"], Service = new EntityReference(Id(client.Name, 1)) },
            Consumer = new ConsumerConfig { Id = Id(person, 3), Username = person },
            RequestSize = 900 + ((input + cached) * 4),
            ResponseSize = isGood ? output * 60 : 180,
            Outcome = isGood ? RequestOutcome.Ok : RequestOutcome.UpstreamError,
            ErrorMessage = status switch { 429 => "Rate limit reached for requests", 502 => "the provider closed the connection", _ => null },
            Agent = client.Agent,
            SessionId = isAgent ? session : null,
            Llm = new LlmRecord
            {
                PluginName = "ai-proxy",
                PluginId = Id(client.Name, 4),
                LogStatistics = true,
                Provider = client.Provider,
                RequestedModel = client.Model,
                RequestModel = client.Model,
                ResponseModel = isGood ? client.Model : null,
                ClientFormat = client.Format,
                UpstreamFormat = client.Format,
                IsStream = client.Agent != "curl",
                LatencyMs = total,
                TimeToFirstTokenMs = isGood ? first : null,
                Usage = isGood ? new TokenUsage { PromptTokens = input + cached, CacheReadTokens = cached, CompletionTokens = output } : null,
                Cost = isGood ? ((input * client.Input) + (cached * client.Cached) + (output * client.Output)) / 1_000_000m : 0,
                IsPriced = true,
                FinishReason = isGood ? "stop" : null,
            },
        };
        record.Timings.UpstreamSent = 0.4;
        record.Timings.UpstreamHeaders = first - 5;
        record.Timings.FirstToken = isGood ? first : 0;
        record.Timings.UpstreamDone = isGood ? total : first;
        record.Timings.Total = (isGood ? total : first) + 0.3;
        return record;
    }

    private Client Pick()
    {
        var left = _random.Next(Clients.Sum(c => c.Share));
        return Clients.First(c => (left -= c.Share) < 0);
    }

    private (string Id, int Turn) SessionOf(Client client, string person)
    {
        var key = $"{client.Name} {person}";
        var open = _sessions.TryGetValue(key, out var found) && found.Turn < 40 && _random.Next(30) > 0 ? found : (Id: Id(key, _random.Next()).ToString(), Turn: 0);
        _sessions[key] = (open.Id, open.Turn + 1);
        return open;
    }

    /// <summary>The same id for the same words, in every run.</summary>
    private static Guid Id(string text, int kind) =>
        new([.. System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{text} {kind}"))).AsSpan(0, 16)]);

    /// <param name="Share">How often it is chosen among the others.</param>
    /// <param name="Input">Dollars for a million tokens, as <paramref name="Cached"/> and <paramref name="Output"/>.</param>
    private sealed record Client(string Agent, string Name, string Provider, string Model, string Path, string Format, int Share, decimal Input, decimal Cached, decimal Output);
}
