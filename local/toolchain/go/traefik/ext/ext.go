// Package ext is where extensions add fields to routers: here there are none, as in Traefik's own releases.
package ext

// HTTP extends the HTTP configuration.
type HTTP struct{}

// Router extends a router.
type Router struct{}
