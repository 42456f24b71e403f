using System.Collections.Frozen;
using Gateway.Core.Plugins.RequestTransformer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.ResponseTransformer;

/// <summary>The response's headers, without those that frame the message: they follow from the body and the connection.</summary>
internal sealed class ResponseHeaderFields(IHeaderDictionary headers) : IFieldSet
{
    private static readonly FrozenSet<string> Framing =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding", "Upgrade");

    public bool Contains(string name) => headers.ContainsKey(name);

    public void Remove(string name)
    {
        if (!Framing.Contains(name))
        {
            headers.Remove(name);
        }
    }

    public void Rename(string name, string newName)
    {
        if (!Framing.Contains(name) && !Framing.Contains(newName) && headers.Remove(name, out var value))
        {
            headers[newName] = value;
        }
    }

    public void Set(string name, string value)
    {
        if (!Framing.Contains(name))
        {
            headers[name] = value;
        }
    }

    public void Append(string name, string value)
    {
        if (!Framing.Contains(name))
        {
            headers[name] = StringValues.Concat(headers[name], value);
        }
    }
}
