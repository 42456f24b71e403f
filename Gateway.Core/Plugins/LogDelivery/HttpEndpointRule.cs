using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>An address that records can be sent to.</summary>
internal sealed class HttpEndpointRule : IValueRule
{
    public string? Check(string text) => Parse(text) is null ? "expected an http or https address with a host" : null;

    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0 ? address : null;
}
