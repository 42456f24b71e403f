using System.Security.Authentication;

namespace Gateway.Core.Upstreams;

/// <summary>An upstream's certificate was refused.</summary>
internal sealed class UpstreamTlsException(string fault) : AuthenticationException($"The upstream's certificate was refused: {fault}")
{
    /// <summary>What is wrong with it, in the word of the record: <c>expired</c>.</summary>
    public string Fault => fault;
}
