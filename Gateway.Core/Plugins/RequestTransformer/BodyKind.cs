using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>The bodies whose fields rules can name.</summary>
internal enum BodyKind
{
    Other,
    Json,
    Form,
    Multipart,
}

/// <summary>Tells the kind of a body by its content type.</summary>
internal static class BodyKinds
{
    public static BodyKind Of(GatewayContext context) =>
        IsType(context, "application/json") ? BodyKind.Json
        : IsType(context, "multipart/form-data") ? BodyKind.Multipart
        : IsType(context, "application/x-www-form-urlencoded") ? BodyKind.Form
        : BodyKind.Other;

    private static bool IsType(GatewayContext context, string type) =>
        context.Http.Request.ContentType?.Contains(type, StringComparison.OrdinalIgnoreCase) == true;
}
