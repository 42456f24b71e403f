using Microsoft.AspNetCore.Authorization;

namespace ConsoleWeb.Auth;

/// <summary>
/// Until an administrator exists every page leads to <c>/setup</c>; afterwards <c>/setup</c> is gone. Stands in the console's pipeline
/// after routing.
/// </summary>
internal sealed class SetupGate(SetupService setup) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        var isSetup = path.StartsWithSegments("/setup");
        if (await setup.IsDoneAsync(context.RequestAborted))
        {
            if (isSetup)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            await next(context);
            return;
        }

        if (isSetup && HttpMethods.IsGet(context.Request.Method) && context.Request.Query.TryGetValue("token", out var secret))
        {
            setup.Accept(context, secret.ToString());
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect("/setup");
            return;
        }

        // Style sheets, scripts and health are open to all; the sign-in page is too, but there is nobody yet who could sign in.
        var isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null && !path.StartsWithSegments("/login");
        if (isSetup || isOpen)
        {
            await next(context);
        }
        else if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Redirect("/setup");
        }
        else
        {
            await Results.Problem(
                "Create the administrator first: the link is in the server's output.",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: "Gatehouse is not set up").ExecuteAsync(context);
        }
    }
}
