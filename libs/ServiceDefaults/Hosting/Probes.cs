using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Hosting;

/// <summary>The probes of an orchestrator, over plain HTTP.</summary>
internal static class Probes
{
    /// <summary>
    /// Maps <c>/livez</c> (the process answers, whatever it depends on), <c>/startupz</c> (it has started) and
    /// <c>/readyz</c> (it can serve; else 503), all three with a JSON object that says why.
    /// </summary>
    public static void MapProbes(this IEndpointRouteBuilder app)
    {
        var health = app.ServiceProvider.GetRequiredService<HealthLifetime>();
        app.MapGet("/livez", context => AnswerAsync(context, new Readiness(true, "alive", [])));
        app.MapGet("/startupz", context => AnswerAsync(context, health.Startup));
        app.MapGet("/readyz", context => AnswerAsync(context, health.Readiness));
    }

    private static Task AnswerAsync(HttpContext context, Readiness readiness)
    {
        context.Response.StatusCode = readiness.IsGood
            ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(Json(readiness), context.RequestAborted).AsTask();
    }

    private static byte[] Json(Readiness readiness)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", readiness.Status);
            json.WriteStartArray("failing");
            foreach (var check in readiness.Failing)
            {
                json.WriteStartObject();
                json.WriteString("check", check.Name);
                json.WriteString("problem", check.Problem);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
