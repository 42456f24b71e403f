using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>The request's headers. Host can only be given another value.</summary>
internal sealed class HeaderFields(GatewayContext context) : IFieldSet
{
    private readonly IHeaderDictionary _headers = context.Http.Request.Headers;

    public bool Contains(string name) => IsHost(name) || _headers.ContainsKey(name);

    public void Remove(string name)
    {
        if (!IsHost(name))
        {
            _headers.Remove(name);
        }
    }

    public void Rename(string name, string newName)
    {
        if (!IsHost(name) && !IsHost(newName) && _headers.Remove(name, out var value))
        {
            _headers[newName] = value;
        }
    }

    public void Set(string name, string value)
    {
        if (IsHost(name))
        {
            context.UpstreamHost = value;
        }
        else
        {
            _headers[name] = value;
        }
    }

    public void Append(string name, string value)
    {
        if (!IsHost(name))
        {
            _headers[name] = StringValues.Concat(_headers[name], value);
        }
    }

    private static bool IsHost(string name) => name.Equals("Host", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Pairs in their order, as a query string or a form holds them.</summary>
internal sealed class PairFields : IFieldSet
{
    private readonly List<KeyValuePair<string, string>> _pairs = [];

    /// <param name="encoded">Pairs as <c>a=1&amp;b=2</c>, with or without a question mark.</param>
    public PairFields(string encoded)
    {
        foreach (var pair in new QueryStringEnumerable(encoded))
        {
            _pairs.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }
    }

    public bool Contains(string name) => IndexOf(name) >= 0;

    public void Remove(string name) => _pairs.RemoveAll(p => p.Key == name);

    public void Rename(string name, string newName)
    {
        if (!Contains(name))
        {
            return;
        }

        _pairs.RemoveAll(p => p.Key == newName);
        for (var i = 0; i < _pairs.Count; i++)
        {
            if (_pairs[i].Key == name)
            {
                _pairs[i] = new(newName, _pairs[i].Value);
            }
        }
    }

    public void Set(string name, string value)
    {
        var at = IndexOf(name);
        if (at < 0)
        {
            _pairs.Add(new(name, value));
            return;
        }

        _pairs[at] = new(name, value);
        for (var i = _pairs.Count - 1; i > at; i--)
        {
            if (_pairs[i].Key == name)
            {
                _pairs.RemoveAt(i);
            }
        }
    }

    public void Append(string name, string value) => _pairs.Add(new(name, value));

    public void AppendAll(PairFields other) => _pairs.AddRange(other._pairs);

    /// <summary>The pairs encoded, without a question mark.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _pairs)
        {
            text.Append(text.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    private int IndexOf(string name) => _pairs.FindIndex(p => p.Key == name);
}

/// <summary>The top-level members of a JSON body.</summary>
internal sealed class JsonFields(JsonObject body) : IFieldSet
{
    public bool Contains(string name) => body.ContainsKey(name);

    public void Remove(string name) => body.Remove(name);

    public void Rename(string name, string newName)
    {
        if (body.ContainsKey(name))
        {
            var value = body[name];
            body.Remove(name);
            body[newName] = value;
        }
    }

    public void Set(string name, string value) => body[name] = value;

    public void Append(string name, string value)
    {
        switch (body[name])
        {
            case null:
                body[name] = new JsonArray(value);
                break;
            case JsonArray list:
                list.Add(value);
                break;
            case var single:
                body.Remove(name);
                body[name] = new JsonArray(single, value);
                break;
        }
    }
}
