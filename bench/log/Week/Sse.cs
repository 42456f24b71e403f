using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>Answers of providers as they come over the wire.</summary>
internal sealed class Sse
{
    private readonly StringBuilder _text = new();

    public Sse Event(JsonObject data, string? name = null)
    {
        if ((name ?? (string?)data["type"]) is { } type)
        {
            _text.Append("event: ").Append(type).Append('\n');
        }

        _text.Append("data: ").Append(data.ToJsonString()).Append("\n\n");
        return this;
    }

    public Sse Data(JsonObject data)
    {
        _text.Append("data: ").Append(data.ToJsonString()).Append("\n\n");
        return this;
    }

    public Sse Done()
    {
        _text.Append("data: [DONE]\n\n");
        return this;
    }

    public override string ToString() => _text.ToString();
}
