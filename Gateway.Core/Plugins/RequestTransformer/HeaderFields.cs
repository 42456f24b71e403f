using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
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
