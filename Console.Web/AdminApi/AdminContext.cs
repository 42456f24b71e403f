using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.AdminApi;

/// <summary>One call of the Admin API: the request, the values in its path, and who makes it.</summary>
/// <param name="Values">Percent-decoded path values by name, in order of the pattern.</param>
internal sealed record AdminContext(HttpContext Http, IReadOnlyDictionary<string, string> Values, Actor Actor)
{
    public HttpRequest Request => Http.Request;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Bodies that passed the gateway are shown to tokens that may read them; everyone else gets the rest.</summary>
    public bool MaySeePayloads => Http.Features.Get<TokenGrant>()?.Has(TokenScopes.PayloadsRead) == true;

    public string this[string name] => Values[name];
}

/// <summary>Answers one method of one path.</summary>
internal delegate Task<IResult> AdminHandler(AdminContext context);
