using KoopmanMesh.ServiceDefaults.Messaging;
using KoopmanMesh.ServiceDefaults.Messaging.Sidecar;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps what the Dapr sidecar calls.</summary>
public static class EventSubscriptionEndpoints
{
    /// <summary>
    /// Maps <c>GET /dapr/subscribe</c> and <c>POST /events/{topic}</c>, on a port that is the sidecar's alone; nothing
    /// when EventBus:Kind is not Dapr.
    /// </summary>
    public static IEndpointRouteBuilder MapEventSubscriptions(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.ServiceProvider.GetRequiredService<IOptions<EventBusOptions>>().Value.Kind == EventBusKind.Dapr)
        {
            var endpoints = app.ServiceProvider.GetRequiredService<EventEndpoints>();
            app.MapGet("/dapr/subscribe", endpoints.SubscribeAsync);
            app.MapPost($"{SubscriptionList.RoutePrefix}{{topic}}", endpoints.ReceiveAsync);
        }

        return app;
    }
}
