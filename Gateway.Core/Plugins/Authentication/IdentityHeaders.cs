using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>The headers that tell the upstream who is calling.</summary>
internal static class IdentityHeaders
{
    /// <summary>Each header gets its value or goes, so that a client cannot give itself an identity. Groups are for acl to tell.</summary>
    public static void Write(GatewayContext context)
    {
        var (consumer, credential) = (context.Consumer, context.Credential);
        Set("X-Consumer-ID", consumer?.Id.ToString());
        Set("X-Consumer-Custom-ID", consumer?.CustomId);
        Set("X-Consumer-Username", consumer?.Username);
        Set("X-Credential-Identifier", credential?.Identifier);
        Set("X-Consumer-Groups", null);
        Set("X-Authenticated-Groups", null);
        Set("X-Anonymous-Consumer", consumer is not null && credential is null ? "true" : null);

        void Set(string name, string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                context.Http.Request.Headers.Remove(name);
            }
            else
            {
                context.Http.Request.Headers[name] = value;
            }
        }
    }
}
