using Gateway.Core.Logging;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace Gateway.LogBench;

/// <summary>Makes records as a team of people with coding agents makes them: sessions whose calls resend a growing history.</summary>
internal sealed class Traffic
{
    /// <summary>The longest session.</summary>
    public const int Turns = 60;

    private static readonly string[] Models = ["gpt-5-mini", "gpt-5", "gpt-4o", "claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-1", "mistral-large", "deepseek-chat"];

    private static readonly string[] Tools = ["bash", "read_file", "apply_patch", "grep_search", "web_fetch", "list_directory"];

    private readonly Random _random;
    private readonly Words _words;
    private readonly ServiceConfig[] _services;
    private readonly RouteConfig[] _routes;
    private readonly ConsumerConfig[] _consumers;
    private readonly List<Session> _open = [];
    private readonly long _from;
    private readonly double _step;
    private readonly int _bodyBytes;
    private readonly bool _isWhole;
    private int _sessions;
    private long _made;

    /// <param name="from">Unix milliseconds of the first record.</param>
    /// <param name="step">Milliseconds between two records.</param>
    /// <param name="bodyBytes">Bytes that each call adds to its session's history; 0: no bodies.</param>
    /// <param name="sessions">How many sessions there are in all, each of <see cref="Turns"/>; 0: new ones begin at any time, and most end early.</param>
    public Traffic(long from, double step, int bodyBytes, int sessions = 0)
    {
        (_random, _from, _step, _bodyBytes, _sessions, _isWhole) = (new Random(7), from, step, bodyBytes, sessions, sessions > 0);
        _words = new Words(_random);
        _services = [.. Enumerable.Range(0, 6).Select(i => new ServiceConfig { Id = Guid.NewGuid(), Name = $"service-{i}", Host = "api.example.com", Port = 443, Protocol = "https" })];
        _routes = [.. _services.Select((s, i) => new RouteConfig { Id = Guid.NewGuid(), Name = $"route-{i}", Paths = [$"/route-{i}"], Service = new EntityReference(s.Id) })];
        _consumers = [.. Enumerable.Range(0, 12).Select(i => new ConsumerConfig { Id = Guid.NewGuid(), Username = $"person-{i}" })];
    }

    public RequestRecord Next()
    {
        var at = _from + (long)(_made++ * _step);
        if (_isWhole ? _open.Count < 20 && _sessions-- > 0 : _open.Count < 12 || _random.Next(40) == 0)
        {
            _open.Add(new Session(Guid.NewGuid().ToString(), _random.Next(6), _random.Next(12), _random.Next(Models.Length)));
        }

        var index = _random.Next(_open.Count);
        var session = _open[index];
        if (++session.Turn >= Turns || (!_isWhole && _open.Count > 40))
        {
            _open.RemoveAt(index);
        }

        var status = _random.Next(200) switch { 0 => 502, 1 or 2 => 429, 3 => 404, _ => 200 };
        var output = _random.Next(20, 900);
        var first = 200 + (_random.NextDouble() * 1500);
        var total = first + (output * 12);
        var isCodex = session.Route % 2 == 0;
        var record = new RequestRecord
        {
            RequestId = RequestIds.New(at),
            StartedAtMs = at,
            StartTimestamp = at,
            Method = "POST",
            Uri = isCodex ? $"/route-{session.Route}/responses" : $"/route-{session.Route}/v1/messages?beta=true",
            BaseUrl = "http://localhost:8000",
            ClientIp = "127.0.0.1",
            RequestHeaders = isCodex ? Headers.OfCodex(session.Key) : Headers.OfClaudeCode(session.Key),
            ResponseHeaders = session.Model < 3 ? Headers.OfOpenAi(RequestIds.New(at), total) : Headers.OfAnthropic(RequestIds.New(at)),
            Status = status,
            IsFromUpstream = true,
            UpstreamUri = "/v1/chat/completions",
            UpstreamStatus = "200",
            Service = _services[session.Route],
            Route = _routes[session.Route],
            Consumer = _consumers[session.Consumer],
            RequestSize = 900 + (session.Turn * 2500),
            ResponseSize = output * 60,
            Outcome = status < 400 ? RequestOutcome.Ok : RequestOutcome.UpstreamError,
            ErrorMessage = status < 400 ? null : "the provider refused the call",
            Agent = isCodex ? "codex" : "claude-code",
            SessionId = session.Key,
            Llm = new LlmRecord
            {
                PluginName = "ai-proxy",
                PluginId = _services[0].Id,
                LogStatistics = true,
                LogPayloads = _bodyBytes > 0,
                Provider = session.Model < 3 ? "openai" : "anthropic",
                RequestedModel = Models[session.Model],
                RequestModel = Models[session.Model],
                ResponseModel = Models[session.Model],
                ClientFormat = isCodex ? "openai_responses" : "anthropic_messages",
                UpstreamFormat = "openai_chat",
                IsStream = true,
                LatencyMs = total,
                TimeToFirstTokenMs = first,
                Usage = new TokenUsage { PromptTokens = 500 + (session.Turn * 300), CacheReadTokens = session.Turn * 250, CompletionTokens = output },
                Cost = output * 0.000_01m,
                IsPriced = session.Model != 7,
                FinishReason = "stop",
            },
        };
        record.Timings.UpstreamSent = 0.3;
        record.Timings.UpstreamHeaders = first - 5;
        record.Timings.FirstToken = first;
        record.Timings.UpstreamDone = total;
        record.Timings.Total = total + 0.2;
        record.Tries.Add(new UpstreamTry { Ip = "10.0.0.1", Port = 443, BalancerStartMs = at, BalancerStartNs = at * 1_000_000, BalancerLatencyNs = 1_500_000 });
        if (_bodyBytes > 0)
        {
            var question = _words.Text(_bodyBytes / 2);
            var answer = $$$"""{"role":"assistant","content":"{{{_words.Text(_bodyBytes / 2)}}}"{{{ToolCall()}}}}""";
            session.Messages.Add($$"""{"role":"user","content":"{{question}}"}""");
            record.Llm.RequestPayload = $$"""{"model":"{{Models[session.Model]}}","stream":true,"messages":[{{string.Join(',', session.Messages)}}]}""";
            record.Llm.ResponsePayload = $$$"""{"choices":[{"message":{{{answer}}}}]}""";
            session.Messages.Add(answer);
        }

        return record;
    }

    /// <summary>One answer in three calls a tool.</summary>
    private string ToolCall() => _random.Next(3) > 0
        ? ""
        : $$$""","tool_calls":[{"id":"call_{{{_random.Next():x8}}}","type":"function","function":{"name":"{{{Tools[_random.Next(Tools.Length)]}}}","arguments":"{\"path\":\"src/{{{Words.At(_random.Next(2000))}}}.cs\"}"}}]""";

    private sealed class Session(string key, int route, int consumer, int model)
    {
        public string Key { get; } = key;

        public int Route { get; } = route;

        public int Consumer { get; } = consumer;

        public int Model { get; } = model;

        public int Turn { get; set; }

        public List<string> Messages { get; } = [];
    }
}
