using System.Text.Json.Nodes;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>What an endpoint takes and answers, for people and tools. It stands where the endpoint is mapped.</summary>
/// <param name="Group">Heading in the reference.</param>
/// <param name="Summary">A few words in the imperative: <c>List services</c>.</param>
internal sealed record ApiOperation(ApiGroup Group, string Summary)
{
    /// <summary>What the summary leaves out; null: nothing.</summary>
    public string? Description { get; init; }

    public IReadOnlyList<ApiParameter> Query { get; init; } = [];

    /// <summary>Schema of the request's body; null: none is read. Of <see cref="Shapes"/>.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>A body to begin with; null: none is shown.</summary>
    public JsonObject? Example { get; init; }

    /// <summary>Whether the body may be a form as well.</summary>
    public bool TakesForms { get; init; }

    /// <summary>Status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Schema of the answer; null: it has no body.</summary>
    public JsonObject? Answer { get; init; }

    public string AnswerType { get; init; } = "application/json";

    /// <summary>Statuses of refusals beside those that every call can meet.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    /// <summary>Whether refusals are problem documents, as in Konnect's management API.</summary>
    public bool RefusesWithProblems { get; init; }

    /// <summary>An endpoint that nobody has described yet.</summary>
    public static ApiOperation Undescribed(string method, string pattern) => new(ApiGroups.Other, $"{method} {pattern}");
}

/// <summary>A parameter in the query string.</summary>
/// <param name="Schema">Of <see cref="Shapes"/>.</param>
internal sealed record ApiParameter(string Name, JsonObject Schema, string Text)
{
    public bool IsRequired { get; init; }
}

/// <summary>An endpoint of the table with its description.</summary>
internal sealed record ApiEndpoint(string Method, string Pattern, ApiOperation Operation);
